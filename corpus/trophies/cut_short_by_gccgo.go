// A call of a deferred call of Goexit panics and recovers. It has to return.

//quake:stack=2048 move=none gc=none
package main

import "runtime"

func main() {
	defer func() {
		try()
		trace(2)
	}()
	runtime.Goexit()
}

func try() {
	defer func() {
		trace(code(recover()))
	}()
	panic(1)
}
