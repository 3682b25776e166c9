// Each comparison of numbers, and conditions that combine them.

//quake:stack=512 move=none gc=none
package main

func order(a int, b int) int {
	if a < b {
		return 1
	} else if a == b {
		return 2
	} else {
		return 3
	}
}

func bits(a int, b int) (r int) {
	if a <= b {
		r += 1
	}
	if a >= b {
		r += 2
	}
	if a != b {
		r += 4
	}
	if a > b && !(a == 5) {
		r += 8
	}
	if a < 0 || b < 0 && a != 1 {
		r += 16
	}
	return
}

func main() {
	trace(order(-1, 1))
	trace(order(4, 4))
	trace(order(1, -1))
	trace(bits(5, 3))
	trace(bits(6, 3))
	trace(bits(3, 3))
	trace(bits(1, -3))
	trace(bits(-3, 1))
}
