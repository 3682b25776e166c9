// A node that is alive only because a goroutine is blocked sending it.

//quake:stack=512 move=safepoint gc=safepoint
package main

import "runtime"

func send(c chan *node) {
	c <- &node{val: 77, peer: &node{val: 78}}
	trace(1)
	c <- nil
}

func main() {
	c := make(chan *node)
	go send(c)
	runtime.Gosched()
	runtime.GC()
	n := <-c
	trace(n.val)
	n = n.peer
	trace(n.val)
	m := <-c
	if m == nil {
		trace(2)
	}
}
