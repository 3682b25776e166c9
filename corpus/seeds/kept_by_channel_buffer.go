// Nodes that only a channel's buffer keeps alive, and a channel that only a local keeps alive.

//quake:stack=512 move=none gc=safepoint
package main

import "runtime"

func fill(c chan *node) {
	for i := 0; i < 3; i++ {
		c <- &node{val: i, next: &node{val: i + 10}}
	}
}

func main() {
	var n *node
	c := make(chan *node, 3)
	fill(c)
	runtime.GC()
	for i := 0; i < 3; i++ {
		n = <-c
		trace(n.val)
		n = n.next
		trace(n.val)
	}
}
