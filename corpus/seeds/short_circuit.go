// The right side of && and || cannot fault when the left side decides.

//quake:stack=512 move=prologue gc=none
package main

func walk(n *node) int {
	if n != nil && n.val == 4 {
		return 1
	}
	if n == nil || n.next == nil {
		return 2
	}
	return 3
}

func within(i int) int {
	var a [4]int
	a[3] = 9
	if i < 4 && i >= 0 && a[i] == 9 {
		return a[3]
	}
	return 0
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	var none *node
	trace(walk(nil))
	trace(walk(&node{val: 4}))
	trace(walk(&node{val: 5, next: &node{}}))
	trace(within(3))
	trace(within(4))
	trace(within(-1))
	if none == nil && none.val == 1 {
		trace(100)
	}
}
