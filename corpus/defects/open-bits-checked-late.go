// Below a Goexit a deferred call panics, and the other one of the same frame recovers. None is left when the Goexit goes on.

//quake:finds=open-bits-checked-late
package main

import "runtime"

func main() {
	run()
}

func run() {
	defer func() {
		recover()
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}
