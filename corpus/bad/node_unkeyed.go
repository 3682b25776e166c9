// want 6:13 "expected a field"

package main

func main() {
	n := &node{1, nil, nil}
	trace(n.val)
}
