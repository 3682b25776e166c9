// A receiver has got its value and has not run since. A collection comes: only the receiver names its sudog.

//quake:finds=waiting-unscanned
package main

import "runtime"

func receive(c chan int) {
	x := <-c
	trace(x)
}

func main() {
	c := make(chan int)
	go receive(c)
	runtime.Gosched()
	c <- 7
	runtime.GC()
	runtime.Gosched()
}
