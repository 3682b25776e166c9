// The collection at the end of the loop's body comes before the next round reads n.

//quake:finds=liveness-in-one-pass
package main

import "runtime"

func main() {
	n := &node{val: 7}
	for i := 0; i < 2; i++ {
		trace(n.val)
		runtime.GC()
	}
}
