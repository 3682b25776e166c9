// A list is handed to a goroutine, which changes it and hands it back.

//quake:stack=256 move=safepoint gc=safepoint
package main

func double(in chan *node, out chan *node) {
	var n *node
	for i := 0; i < 3; i++ {
		n = <-in
		n.val = n.val * 2
		n.peer = &node{val: i, next: n}
		out <- n.peer
	}
}

func main() {
	var n *node
	in := make(chan *node)
	out := make(chan *node, 1)
	go double(in, out)
	for i := 0; i < 3; i++ {
		in <- &node{val: i + 20}
		n = <-out
		trace(n.val)
		n = n.next
		trace(n.val)
	}
}
