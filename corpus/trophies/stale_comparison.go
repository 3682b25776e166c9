// A number that depends on two pointers stays as it is when the stack moves.

//quake:stack=2048 move=none gc=none
package main

func pick(q *node, slot *node) int {
	x := 1
	if q == slot.next {
		x = 2
	}
	trace(3)
	move()
	return x
}

func main() {
	q := &node{}
	slot := &node{next: q}
	x := pick(q, slot)
	trace(x)
}
