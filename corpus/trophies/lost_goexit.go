// Two panics in a row in the deferred calls of a Goexit, the second one recovered: the Goexit goes on.

//quake:stack=2048 move=none gc=none
package main

import "runtime"

func main() {
	leave()
	trace(9)
}

func leave() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}
