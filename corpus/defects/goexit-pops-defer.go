// Goexit starts a deferred call, and the stack moves as reflectcall makes its frame: the address among the arguments must
// have moved along.

//quake:move=prologue finds=goexit-pops-defer
package main

import "runtime"

func set(p *int) {
	*p = 42
}

func main() {
	var y int
	defer func() {
		trace(y)
	}()
	defer set(&y)
	runtime.Goexit()
}
