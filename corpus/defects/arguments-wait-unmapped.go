// The address of x is in its place for the call when the second argument is allocated, and the stack copied.

//quake:move=safepoint finds=arguments-wait-unmapped
package main

func set(p *int, n *node) {
	*p = n.val
}

func main() {
	x := 0
	set(&x, &node{val: 7})
	trace(x)
}
