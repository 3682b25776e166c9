// The frame of fill takes more than twice the stack that there is.

//quake:stack=256 finds=grows-once
package main

func fill() {
	var a [1000]int
	a[0] = 1
	trace(a[0])
}

func main() {
	fill()
}
