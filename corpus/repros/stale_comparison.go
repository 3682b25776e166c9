// pick compares two pointers to one node, so it returns 2. Go 1.19 to 1.26 return 1: the comparison is done again
// when grow has moved the stack, with one pointer from where the node was before.
//
// Output:
// 2

package main

import "fmt"

type node struct {
	next *node
}

func main() {
	q := &node{}
	slot := &node{next: q}
	fmt.Println(pick(q, slot))
}

//go:noinline
func pick(q, slot *node) int {
	x := 1
	if q == slot.next {
		x = 2
	}
	grow(1000)
	return x
}

// grow uses more stack than a new goroutine has.
//
//go:noinline
func grow(n int) int {
	var words [16]int
	if n > 0 {
		words[n%len(words)] = grow(n - 1)
	}
	return words[n/2%len(words)]
}
