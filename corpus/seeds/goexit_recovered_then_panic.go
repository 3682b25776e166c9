// main's Goexit is dropped by a recover at Go 1.4, and a panic follows; later Go never gets there.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func fail(k int) {
	panic(k)
}

func leave() {
	defer func() {
		trace(code(recover()))
	}()
	defer fail(3)
	runtime.Goexit()
}

func main() {
	defer func() {
		trace(frames())
	}()
	leave()
	panic(4)
}
