// want 8:11 "expected *node, found *int"

package main

func main() {
	x := 1
	n := &node{}
	n.next = &x
}
