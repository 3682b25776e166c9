// A goroutine that waits for room in a full channel panics when the channel is closed.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func worker(c chan int, done chan int) {
	defer func() {
		trace(code(recover()))
		done <- 1
	}()
	c <- 1
	c <- 2
	c <- 3
}

func main() {
	c := make(chan int, 2)
	done := make(chan int)
	go worker(c, done)
	runtime.Gosched()
	close(c)
	<-done
	trace(9)
}
