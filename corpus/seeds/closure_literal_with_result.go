// Literals with parameters and a result, called where they stand.

//quake:stack=512 move=call gc=none
package main

func main() {
	x := 5
	y := func(a int, b int) int {
		return a*b + x
	}(3, 4)
	trace(y)
	trace(func(n *node) (r int) {
		defer func() {
			r++
		}()
		return n.val
	}(&node{val: 8}))
	n := func() *node {
		return &node{val: x}
	}()
	trace(n.val)
}
