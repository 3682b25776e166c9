// Nodes that only the arguments of pending deferred calls keep alive, over a return and a panic.

//quake:stack=512 move=call gc=safepoint
package main

import "runtime"

func show(n *node, k int) {
	runtime.GC()
	trace(n.val + k)
}

func body(fail int) {
	n := &node{val: 20}
	defer show(n, 1)
	n = &node{val: 30, next: n}
	defer show(n, 2)
	n = nil
	runtime.GC()
	if fail > 0 {
		panic(fail)
	}
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	body(0)
	body(6)
}
