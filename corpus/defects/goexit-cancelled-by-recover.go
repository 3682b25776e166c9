// A deferred call of a Goexit panics, and main recovers. The Goexit goes on, and main traces nothing.

//quake:finds=goexit-cancelled-by-recover
package main

import "runtime"

func exit() {
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}

func main() {
	defer trace(2)
	inner()
	trace(1)
}

func inner() {
	defer func() {
		recover()
	}()
	exit()
}
