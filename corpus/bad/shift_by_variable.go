// want 7:13 "a literal from 0 to 63"

package main

func main() {
	x := 1
	trace(x << x)
}
