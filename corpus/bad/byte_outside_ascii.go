// want 6:17 "byte 0xc3"

package main

func main() {
	trace(1) // café
}
