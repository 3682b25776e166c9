// want 7:13 "write if and else"

package main

func main() {
	x := 1
	y := x < 2 ? 1 : 0
	trace(y)
}
