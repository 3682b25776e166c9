// A select that is blocked sending panics when its channel is closed under it.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func worker(c chan int, d chan int, done chan int) {
	defer func() {
		trace(code(recover()))
		done <- 1
	}()
	select {
	case <-d:
		trace(100)
	case c <- 2:
		trace(200)
	}
}

func main() {
	c := make(chan int)
	d := make(chan int)
	done := make(chan int)
	go worker(c, d, done)
	runtime.Gosched()
	runtime.Gosched()
	close(c)
	<-done
}
