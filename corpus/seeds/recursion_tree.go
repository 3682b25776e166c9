// A tree is built and summed by recursion with two calls a level.

//quake:stack=256 move=none gc=none
package main

func tree(d int) *node {
	if d == 0 {
		return nil
	}
	l := tree(d - 1)
	r := tree(d - 1)
	return &node{val: d, next: l, peer: r}
}

func sum(n *node) int {
	if n == nil {
		return 0
	}
	l := sum(n.next)
	r := sum(n.peer)
	return n.val + l + r
}

func main() {
	root := tree(4)
	trace(sum(root))
}
