// want 7:7 "an array not at all"

package main

func main() {
	var a [2]int
	if a == a {
	}
}
