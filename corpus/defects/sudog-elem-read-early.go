// A sender has loaded where the value goes when a collection shrinks the stack of the receiver.

//quake:gc=safepoint finds=sudog-elem-read-early
package main

import "runtime"

func receive(c chan int) {
	grow(2000)
	x := <-c
	trace(x)
}

func main() {
	c := make(chan int)
	go receive(c)
	runtime.Gosched()
	c <- 7
	runtime.Gosched()
}
