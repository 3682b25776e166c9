// A Goexit is no panic, and recover does not end it.

//quake:finds=recover-ignores-goexit
package main

import "runtime"

func main() {
	inner()
	trace(1)
}

func inner() {
	defer func() {
		recover()
	}()
	runtime.Goexit()
}
