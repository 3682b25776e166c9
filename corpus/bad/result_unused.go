// want 7:4 "this value is not used"

package main

func main() {
	x := 1
	x == 1
}
