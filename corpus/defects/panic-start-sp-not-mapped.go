// The stack moves while a Goexit runs a deferred call, which then panics. The recovery finds the Goexit where it is now.

//quake:finds=panic-start-sp-not-mapped
package main

import "runtime"

func main() {
	defer func() {
		recover()
	}()
	defer func() {
		move()
		panic(1)
	}()
	runtime.Goexit()
}
