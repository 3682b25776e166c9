// A collection frees every second node, and new nodes are made between those that are left.

//quake:stack=512 move=none gc=at:420,700
package main

func build(n int) (kept *node) {
	var lost *node
	for i := 0; i < n; i++ {
		lost = &node{val: i}
		kept = &node{val: lost.val, next: kept}
	}
	return kept
}

func main() {
	first := build(200)
	second := build(150)
	sum := 0
	for i := 0; i < 200; i++ {
		sum = sum + first.val
		first = first.next
	}
	for i := 0; i < 150; i++ {
		sum = sum + second.val
		second = second.next
	}
	trace(sum)
}
