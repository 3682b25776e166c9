// Two functions call each other, counting frames on the way down.

//quake:stack=256 move=prologue gc=none
package main

func even(n int) int {
	if n == 0 {
		return frames()
	}
	return odd(n - 1)
}

func odd(n int) int {
	if n == 0 {
		return -1
	}
	return even(n - 1)
}

func main() {
	trace(even(10))
	trace(even(7))
	trace(odd(15))
}
