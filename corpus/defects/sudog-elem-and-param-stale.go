// A goroutine that was woken in a receive goes on. It still names the sudog that it waited with, and the sudog, in
// the cache by now, still points to the variable that got the value.

//quake:finds=sudog-elem-and-param-stale
package main

import "runtime"

func receive(c chan int, done chan int) {
	x := <-c
	trace(x)
	done <- 1
}

func main() {
	c := make(chan int)
	done := make(chan int)
	go receive(c, done)
	runtime.Gosched()
	c <- 7
	<-done
}
