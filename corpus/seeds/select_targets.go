// A select receives into an element, through a pointer, and into a node.

//quake:stack=256 move=safepoint gc=safepoint
package main

func fill(c chan int, d chan *node) {
	for i := 0; i < 3; i++ {
		c <- 60 + i
	}
	d <- &node{val: 70}
}

func main() {
	var a [4]int
	var x int
	i := 2
	p := &x
	n := &node{}
	c := make(chan int)
	d := make(chan *node)
	go fill(c, d)
	select {
	case a[i] = <-c:
	}
	select {
	case *p = <-c:
	}
	select {
	case n.val = <-c:
	}
	select {
	case n.next = <-d:
	}
	trace(a[2])
	trace(x)
	trace(n.val)
	n = n.next
	trace(n.val)
}
