// want 6:6 "declared and not used"

package main

func main() {
	var x int
	x = 1
}
