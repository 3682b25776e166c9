// A collection comes before the goroutine has begun. Only its argument names the node.

//quake:finds=entry-arguments-unscanned
package main

import "runtime"

func show(n *node) {
	trace(n.val)
}

func main() {
	go show(&node{val: 7})
	runtime.GC()
	runtime.Gosched()
}
