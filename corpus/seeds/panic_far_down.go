// Panics ever further down a stack, each recovered at its top, with defers in every frame between.

//quake:stack=512 move=none gc=none
package main

import "runtime"

func down(n int, count *int) {
	var pad [16]int
	pad[15] = n
	defer func() {
		*count = *count + 1
	}()
	if n == 0 {
		runtime.GC()
		panic(7)
	}
	down(n-1, count)
}

func body(depth int) (count int) {
	defer func() {
		grow(200)
		trace(frames())
		trace(code(recover()))
	}()
	down(depth, &count)
	return 1000
}

func main() {
	for i := 0; i < 12; i++ {
		trace(body(i * 3))
	}
}
