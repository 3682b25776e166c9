// The deferred call of main calls f, which panics with a deferred call of its own.

//quake:finds=walk-begins-at-older-panic
package main

func f() {
	defer trace(3)
	panic(2)
}

func main() {
	defer trace(4)
	defer f()
	panic(1)
}
