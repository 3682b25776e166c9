// A list built on the heap, walked, and reversed in place.

//quake:stack=512 move=none gc=alloc
package main

func build(n int) *node {
	var head *node
	for i := 0; i < n; i++ {
		head = &node{val: i, next: head}
	}
	return head
}

func reverse(head *node, n int) (back *node) {
	var rest *node
	for i := 0; i < n; i++ {
		rest = head.next
		head.next = back
		back = head
		head = rest
	}
	return back
}

func main() {
	list := build(6)
	list = reverse(list, 6)
	for i := 0; i < 6; i++ {
		trace(list.val)
		list = list.next
	}
	if list == nil {
		trace(100)
	}
}
