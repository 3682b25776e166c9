// A goroutine waits for a value while a collection shrinks its stack. The value goes to where its variable was.

//quake:finds=sudog-elem-not-adjusted
package main

import "runtime"

func receive(c chan int) {
	grow(1000)
	x := <-c
	trace(x)
}

func main() {
	c := make(chan int)
	go receive(c)
	runtime.Gosched()
	runtime.GC()
	c <- 7
	runtime.Gosched()
}
