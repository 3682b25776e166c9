// want 7:8 "an address is not traced"

package main

func main() {
	x := 1
	trace(addr(&x))
}
