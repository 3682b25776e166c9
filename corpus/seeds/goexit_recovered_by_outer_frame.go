// A panic under Goexit is recovered by an outer frame; only Go 1.4 then drops the Goexit.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func inner() {
	defer func() {
		panic(5)
	}()
	runtime.Goexit()
}

func outer() {
	defer func() {
		trace(code(recover()))
	}()
	inner()
	trace(100)
}

func worker(done chan int) {
	defer func() {
		trace(1)
		done <- 1
	}()
	outer()
	trace(2)
}

func main() {
	done := make(chan int)
	go worker(done)
	x := <-done
	trace(x)
}
