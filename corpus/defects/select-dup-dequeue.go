// A select is served by d. Before it goes on, a sender skips its sudog in the queue of c and serves the next
// goroutine. Then the select takes that sudog out once more, and the goroutine behind it is lost from the queue.

//quake:finds=select-dup-dequeue
package main

import "runtime"

func choose(c chan int, d chan int) {
	select {
	case <-c:
		trace(1)
	case <-d:
		trace(2)
	}
}

func receive(c chan int) {
	x := <-c
	trace(x)
}

func main() {
	c := make(chan int)
	d := make(chan int)
	go choose(c, d)
	go receive(c)
	go receive(c)
	runtime.Gosched()
	d <- 1
	c <- 7
	runtime.Gosched()
	c <- 8
	runtime.Gosched()
}
