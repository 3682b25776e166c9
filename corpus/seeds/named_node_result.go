// A node as named result, replaced by a deferred call after a recover while the collector runs.

//quake:stack=512 move=call gc=safepoint
package main

func body(fail int) (n *node) {
	defer func() {
		r := recover()
		if r != nil {
			fail = code(r)
			n = &node{val: fail, next: n}
		}
	}()
	n = &node{val: 1}
	if fail > 0 {
		panic(fail)
	}
	return &node{val: 2, next: n}
}

func main() {
	n := body(0)
	trace(n.val)
	n = n.next
	trace(n.val)
	n = body(9)
	trace(n.val)
	n = n.next
	trace(n.val)
}
