// want 6:8 "a statement has one name and one value"

package main

func main() {
	x := 1, 2
	trace(x)
}
