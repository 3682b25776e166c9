// Two literals and their function share one variable, in the frame, while the stack moves.

//quake:stack=256 move=prologue gc=none
package main

func main() {
	x := 1
	double := func() {
		x = x * 2
	}
	next := func() {
		x++
		double()
	}
	double()
	next()
	trace(x)
	x = 50
	next()
	double()
	trace(x)
}
