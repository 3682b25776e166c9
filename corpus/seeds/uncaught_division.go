// A division by zero, a frame below main, ends the program; deferred calls still run.

//quake:stack=512 move=call gc=none
package main

func half(a int, b int) int {
	defer trace(a)
	return a / b
}

func main() {
	defer trace(1)
	trace(half(8, 2))
	trace(half(6, 0))
}
