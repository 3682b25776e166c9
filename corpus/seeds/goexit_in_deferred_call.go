// Goexit in a deferred call of a return leaves the callers too: only their deferred calls run.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func inner() int {
	defer trace(1)
	defer func() {
		runtime.Goexit()
	}()
	return 5
}

func main() {
	defer func() {
		trace(code(recover()))
		trace(frames())
	}()
	trace(inner())
}
