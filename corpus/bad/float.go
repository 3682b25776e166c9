// want 6:8 "floating-point numbers"

package main

func main() {
	trace(1.5)
}
