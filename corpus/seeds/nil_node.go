// Reading and writing each field of no node faults; a fault leaves the statement undone.

//quake:stack=512 move=call gc=none
package main

func field(n *node, which int) (r int) {
	r = 100
	defer func() {
		trace(code(recover()))
	}()
	if which == 0 {
		r = n.val
	}
	if which == 1 {
		n = n.next
	}
	if which == 2 {
		n.peer = n
	}
	return 200
}

func main() {
	trace(field(nil, 0))
	trace(field(nil, 1))
	trace(field(nil, 2))
	trace(field(nil, 3))
	trace(field(&node{val: 7}, 2))
}
