// Goexit puts a panic aside, a later deferred call panics, and the crash shows both.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func main() {
	defer func() {
		trace(frames())
		panic(2)
	}()
	defer func() {
		runtime.Goexit()
	}()
	panic(1)
}
