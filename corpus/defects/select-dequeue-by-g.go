// Two cases of a select wait for the same channel, and another goroutine after them. When a third case is served, the
// first two are looked for by their goroutine: one sudog goes back to the cache that is still queued, and the other
// goroutine is lost from the queue.

//quake:finds=select-dequeue-by-g
package main

import "runtime"

func choose(c chan int, d chan int, done chan int) {
	select {
	case <-c:
		trace(1)
	case <-c:
		trace(2)
	case <-d:
		trace(3)
	}
	done <- 1
}

func receive(c chan int, done chan int) {
	x := <-c
	trace(x)
	done <- 1
}

func main() {
	c := make(chan int)
	d := make(chan int)
	done := make(chan int)
	go choose(c, d, done)
	runtime.Gosched()
	go receive(c, done)
	runtime.Gosched()
	d <- 1
	<-done
	c <- 7
	<-done
}
