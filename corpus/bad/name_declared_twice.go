// want 7:2 "declared twice"

package main

func main() {
	x := 1
	x := 2
	trace(x)
}
