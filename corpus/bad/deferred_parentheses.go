// want 6:8 "without parentheses"

package main

func main() {
	defer (trace(1))
}
