// A channel is closed under a goroutine blocked sending: the send panics and is recovered.

//quake:stack=256 move=safepoint gc=safepoint
package main

import "runtime"

func send(c chan int, done chan int) {
	defer func() {
		trace(code(recover()))
		done <- 1
	}()
	c <- 5
	trace(100)
}

func main() {
	c := make(chan int)
	done := make(chan int)
	go send(c, done)
	for i := 0; i < 3; i++ {
		runtime.Gosched()
	}
	close(c)
	<-done
	x := <-c
	trace(x)
}
