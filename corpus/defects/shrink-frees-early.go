// A collection has come upon the address of what a goroutine sends, on a stack of which little is in use, and then
// halves that stack. When the address is looked at, nobody's stack is there.

//quake:finds=shrink-frees-early
package main

import "runtime"

func send(c chan int) {
	grow(1000)
	c <- 7
}

func main() {
	c := make(chan int)
	go send(c)
	runtime.Gosched()
	runtime.GC()
	x := <-c
	trace(x)
}
