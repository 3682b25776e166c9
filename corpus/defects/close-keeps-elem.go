// A close wakes a goroutine that waits for a value. Its sudog goes back to the cache with the address of the
// variable.

//quake:finds=close-keeps-elem
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
	close(c)
	runtime.Gosched()
}
