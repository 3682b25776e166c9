// A close wakes a goroutine that waits in a send. It panics and recovers, and its list of sudogs still holds the one
// that it waited with.

//quake:finds=closed-send-leaves-waiting
package main

import "runtime"

func send(c chan int, done chan int) {
	defer func() {
		trace(code(recover()))
		done <- 1
	}()
	c <- 7
}

func main() {
	c := make(chan int)
	done := make(chan int)
	go send(c, done)
	runtime.Gosched()
	close(c)
	<-done
}
