// The sudogs of a select that has been served go back to the cache. They still point to its flag, which lay on the
// stack that is copied next.

//quake:finds=sudog-selectdone-stale
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
	d <- 7
	<-done
}
