// want 7:14 "keep the value in a variable"

package main

func main() {
	n := &node{}
	trace(n.next.val)
}
