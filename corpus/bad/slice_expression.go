// want 8:9 "slices are not in the language"

package main

func main() {
	var a [4]int
	var b [4]int
	b = a[1:2]
	trace(b[0])
}
