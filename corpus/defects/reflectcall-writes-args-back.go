// A deferred call that a panic runs changes its argument, and returns. The record, still on the list, gets the changed
// value.

//quake:finds=reflectcall-writes-args-back
package main

func deferred(x int) {
	x++
	trace(x)
	trace(code(recover()))
}

func work() {
	defer deferred(1)
	panic(7)
}

func main() {
	work()
}
