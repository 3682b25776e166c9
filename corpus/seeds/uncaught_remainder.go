// A remainder by zero in a deferred call that a panic runs: the crash shows both panics.

//quake:stack=512 move=call gc=none
package main

func parts(a int, b int) {
	defer func() {
		trace(a)
		a = a % b
	}()
	panic(a)
}

func main() {
	parts(8, 0)
}
