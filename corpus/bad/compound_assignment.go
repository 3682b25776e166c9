// want 7:4 "write x = x * e"

package main

func main() {
	x := 2
	x *= 3
	trace(x)
}
