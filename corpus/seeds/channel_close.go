// A closed channel first gives what its buffer holds, then zeros without end; close wakes who waits.

//quake:stack=256 move=safepoint gc=none
package main

func wait(c chan *node, done chan int) {
	n := <-c
	if n == nil {
		trace(1)
	}
	done <- 7
}

func main() {
	var x int
	c := make(chan int, 2)
	c <- 3
	c <- 4
	close(c)
	for i := 0; i < 4; i++ {
		x = <-c
		trace(x)
	}
	n := make(chan *node)
	done := make(chan int)
	go wait(n, done)
	go wait(n, done)
	close(n)
	x = <-done
	trace(x)
	<-done
}
