// want 8:3 "swap two by way of a third"

package main

func main() {
	x := 1
	y := 2
	x, y = y, x
	trace(x + y)
}
