// main does not read n any more, but the closure will.

//quake:finds=captured-variable-dead
package main

import "runtime"

func main() {
	n := &node{val: 7}
	f := func() {
		trace(n.val)
	}
	runtime.GC()
	f()
}
