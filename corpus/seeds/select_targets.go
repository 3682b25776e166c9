// A select receives into a local with a pointer to it, a parameter, a captured variable and a result.

//quake:stack=256 move=safepoint gc=safepoint
package main

func fill(c chan int, d chan *node) {
	for i := 0; i < 3; i++ {
		c <- 60 + i
	}
	d <- &node{val: 70}
}

func take(c chan int, d chan *node, parameter int) (result *node) {
	var local int
	var captured int
	p := &local
	select {
	case local = <-c:
	}
	select {
	case parameter = <-c:
	}
	func() {
		select {
		case captured = <-c:
		case <-d:
		}
	}()
	select {
	case result = <-d:
	}
	trace(*p)
	trace(parameter)
	trace(captured)
	return
}

func main() {
	c := make(chan int)
	d := make(chan *node)
	go fill(c, d)
	n := take(c, d, 1)
	trace(n.val)
}
