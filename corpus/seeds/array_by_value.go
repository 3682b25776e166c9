// Arrays are copied by assignment, as parameters and by defer, and shared by captures.

//quake:stack=512 move=call gc=none
package main

func change(a [5]int) int {
	a[1] = 70
	return a[0] + a[1]
}

func main() {
	var a [5]int
	a[0] = 1
	b := a
	var c [5]int = b
	b[0] = 2
	c = b
	a[1] = 30
	defer func(d [5]int) {
		trace(d[1])
		trace(a[1])
	}(a)
	trace(change(a))
	trace(a[1])
	trace(b[0])
	trace(c[0])
	func() {
		a[1] = a[1] + 1
		c = a
	}()
	trace(c[1])
}
