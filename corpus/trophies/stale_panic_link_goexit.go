// The same in a Goexit, which has to go on after the recover.

//quake:stack=2048 move=none gc=none
package main

import "runtime"

func main() {
	defer func() {
		trace(3)
	}()
	outer()
	trace(9)
}

func outer() {
	defer func() {
		trace(code(recover()))
	}()
	inner()
	trace(8)
}

func inner() {
	defer func() {
		grow(2000)
		runtime.GC()
		grow(7000)
	}()
	var f func()
	for i := 0; i < 1; i++ {
		defer f()
	}
	runtime.Goexit()
}
