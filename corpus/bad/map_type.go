// want 6:8 "map is not in the language; use an array"

package main

func main() {
	var m map[int]int
}
