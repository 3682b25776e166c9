// More than a quarter of the stack is in use, and less than half of it. So it must stay as it is.

//quake:finds=shrink-ignores-guard
package main

func main() {
	var a [150]int
	a[0] = 1
	grow(300)
	shrink()
	trace(a[0])
}
