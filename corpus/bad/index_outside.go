// want 7:10 "outside of the array"

package main

func main() {
	var a [4]int
	trace(a[4])
}
