// Goexit runs a deferred nil func() and its frame recovers; only Go 1.4 then drops the Goexit.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func leave() (r int) {
	var f func()
	defer func() {
		r = code(recover())
	}()
	defer f()
	runtime.Goexit()
	return 100
}

func main() {
	defer trace(9)
	trace(leave())
}
