// want 7:12 "divisor is not 0"

package main

func main() {
	x := 1
	trace(x / 0)
}
