// want 7:8 "a statement with ++ has no value"

package main

func main() {
	x := 0
	y := x++
	trace(y)
}
