// want 6:7 "leave the conversion out"

package main

func main() {
	x := int(3)
	trace(x)
}
