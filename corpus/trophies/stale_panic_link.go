// A deferred call of a nil func() faults, and the stack moves before the panics are printed.

//quake:stack=2048 move=none gc=none
package main

import "runtime"

func main() {
	defer func() {
		grow(2000)
		runtime.GC()
		grow(7000)
	}()
	var f func()
	for i := 0; i < 1; i++ {
		defer f()
	}
	defer func() {
		panic(2)
	}()
	panic(1)
}
