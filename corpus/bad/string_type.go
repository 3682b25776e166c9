// want 6:8 "string is no type of the language; there are no strings"

package main

func main() {
	var s string
	_ = s
}
