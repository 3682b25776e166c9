// want 6:9 "a decimal from 1 to 1024"

package main

func main() {
	var a [1025]int
	_ = a
}
