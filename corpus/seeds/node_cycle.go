// Rings of nodes: one is reached through a single link and stays whole, the others are garbage.

//quake:stack=512 move=none gc=alloc
package main

import "runtime"

func ring(v int) *node {
	a := &node{val: v}
	b := &node{val: v + 1, next: a}
	c := &node{val: v + 2, next: b, peer: a}
	a.next = c
	a.peer = a
	return b
}

func main() {
	keep := ring(10)
	for i := 0; i < 5; i++ {
		_ = ring(i)
	}
	runtime.GC()
	for i := 0; i < 4; i++ {
		trace(keep.val)
		keep = keep.next
	}
	other := keep.peer
	trace(other.val)
	if other == keep {
		trace(1)
	}
}
