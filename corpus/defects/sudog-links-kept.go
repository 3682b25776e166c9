// The sudogs of a select are linked in the order of its cases, and go back to the cache so: whoever uses the first one
// next keeps the others as well.

//quake:finds=sudog-links-kept
package main

import "runtime"

func choose(c chan int, d chan int, done chan int) {
	select {
	case <-c:
		trace(1)
	case <-d:
		trace(2)
	}
	move()
	done <- 1
}

func main() {
	c := make(chan int)
	d := make(chan int)
	done := make(chan int)
	go choose(c, d, done)
	runtime.Gosched()
	close(d)
	<-done
}
