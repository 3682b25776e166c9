// want 7:8 "write 0 - x"

package main

func main() {
	x := 1
	trace(-x)
}
