// Goexit in a deferred call of a panic puts it aside: later deferred calls see none, nothing crashes.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func worker(done chan int) {
	defer func() {
		done <- 1
	}()
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		runtime.Goexit()
	}()
	panic(5)
}

func main() {
	done := make(chan int)
	go worker(done)
	x := <-done
	trace(x)
}
