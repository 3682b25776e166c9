// want 8:3 "top level of a function body"

package main

func main() {
	x := 1
	if x == 1 {
		y := x
		trace(y)
	}
}
