// want 6:7 "nil has no type here"

package main

func main() {
	x := nil
	_ = x
}
