// helper is called by the deferred function, and must not recover.

//quake:finds=recover-through-inlined
package main

func helper() {
	recover()
}

func f(x int) {
	helper()
	trace(x)
}

func main() {
	defer f(1)
	panic(2)
}
