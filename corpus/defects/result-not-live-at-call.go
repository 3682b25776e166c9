// A call panics while r has the first node. The function returns that one, although r is written again on the way to
// the end.

//quake:finds=result-not-live-at-call
package main

import "runtime"

func fails() {
	runtime.GC()
	panic(1)
}

func keeps(n *node) (r *node) {
	r = &node{val: 1}
	defer func() {
		trace(code(recover()))
	}()
	fails()
	r = n
	return r
}

func main() {
	n := keeps(nil)
	trace(n.val)
}
