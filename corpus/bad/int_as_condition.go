// want 7:5 "write x != 0"

package main

func main() {
	x := 1
	if x {
	}
}
