// The same, with all panics recovered: nothing is wrong with this program until main panics with 4.

//quake:stack=2048 move=none gc=none
package main

import "runtime"

func main() {
	try()
	trace(3)
	panic(4)
}

func try() {
	defer func() {
		grow(2000)
		runtime.GC()
		grow(7000)
		trace(code(recover()))
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
