// want 7:8 "the only loop"

package main

func main() {
	x := 0
	for x < 3 {
		x++
	}
}
