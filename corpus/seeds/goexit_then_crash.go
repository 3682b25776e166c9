// A panic in a deferred call that Goexit runs ends the program when nobody recovers it.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func main() {
	defer trace(1)
	defer func() {
		panic(7)
	}()
	runtime.Goexit()
}
