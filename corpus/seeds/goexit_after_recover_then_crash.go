// Goexit puts a recovered panic aside before its deferred call ends; a crash still shows it.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func main() {
	defer func() {
		panic(2)
	}()
	defer func() {
		trace(code(recover()))
		runtime.Goexit()
	}()
	panic(1)
}
