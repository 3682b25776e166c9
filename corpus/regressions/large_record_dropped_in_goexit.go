// A large Defer record that a panic in a Goexit drops must not keep alive those it was linked to.

//quake:stack=2048 move=none gc=none
package main

import "runtime"

func main() {
	defer func() {
		runtime.GC()
	}()
	defer func() {
	}()
	var a [9]int
	defer func(b [9]int) {
		panic(b[0] + 1)
	}(a)
	runtime.Goexit()
}
