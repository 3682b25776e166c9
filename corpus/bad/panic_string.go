// want 6:8 "strings are not in the language; values are ints"

package main

func main() {
	panic("x")
}
