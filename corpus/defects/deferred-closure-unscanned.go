// The closure lies in the heap, and when f is dead only a record in the frame of main names it. A collection frees it.

//quake:finds=deferred-closure-unscanned
package main

import "runtime"

func main() {
	var f func()
	x := 1
	for i := 0; i < 1; i++ {
		f = func() {
			trace(x)
		}
		defer trace(2)
	}
	defer f()
	runtime.GC()
}
