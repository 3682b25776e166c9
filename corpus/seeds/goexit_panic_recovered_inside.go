// A panic inside a deferred call that Goexit runs, recovered there, does not stop the Goexit.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func quiet(k int) {
	defer func() {
		trace(code(recover()))
	}()
	panic(k)
}

func worker(done chan int) {
	defer func() {
		done <- 3
	}()
	defer quiet(8)
	defer func() {
		quiet(9)
		trace(1)
	}()
	runtime.Goexit()
}

func main() {
	done := make(chan int)
	go worker(done)
	x := <-done
	trace(x)
}
