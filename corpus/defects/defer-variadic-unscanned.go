// The map of a pending deferred call describes two words of its arguments. The third, which alone points to an object,
// is seen by neither copier nor collector.

//quake:finds=defer-variadic-unscanned
package main

import "runtime"

func show(x int, y int, n *node) {
	trace(n.val)
}

func main() {
	defer show(1, 2, &node{val: 7})
	runtime.GC()
}
