// want 6:7 "the only literal with braces is &node"

package main

func main() {
	a := []int{1, 2}
	trace(a[0])
}
