// want 6:8 "expected an expression"

package main

func main() {
	trace("text")
}
