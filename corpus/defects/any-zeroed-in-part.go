// The second word of r has a number that an earlier call has left there.

//quake:finds=any-zeroed-in-part
package main

func fill() {
	var a [32]int
	for i := 0; i < 32; i++ {
		a[i] = 7
	}
}

func show() {
	var r any
	move()
	trace(code(r))
}

func main() {
	fill()
	show()
}
