// The wrapper has captured the address of x when the second argument is allocated, and the stack copied.

//quake:move=safepoint finds=wrapper-live-late
package main

func set(p *int, n *node) {
	*p = n.val
}

func main() {
	x := 0
	func() {
		defer set(&x, &node{val: 7})
	}()
	trace(x)
}
