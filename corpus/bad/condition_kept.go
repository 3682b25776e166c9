// want 7:12 "keep 0 or 1 in an int"

package main

func main() {
	x := 2
	less := x < 3
	trace(less)
}
