// want 6:10 "both operands are literals"

package main

func main() {
	trace(1 + 2)
}
