// want 7:2 "there are no methods"

package main

func main() {
	n := &node{}
	n.push(1)
	trace(n.val)
}
