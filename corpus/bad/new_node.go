// want 6:7 "write &node{}"

package main

func main() {
	n := new(0)
	trace(n.val)
}
