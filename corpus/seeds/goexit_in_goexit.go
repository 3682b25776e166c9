// Goexit in a deferred call that Goexit runs gives up that call, and goes on with the rest, each once.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func again(k int) {
	trace(k)
	runtime.Goexit()
	trace(100)
}

func worker(done chan int) {
	defer func() {
		trace(frames())
		done <- 1
	}()
	defer again(1)
	defer again(2)
	defer again(3)
	runtime.Goexit()
}

func main() {
	done := make(chan int)
	go worker(done)
	x := <-done
	trace(x)
}
