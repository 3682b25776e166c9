// want 5:1 "//line is not in the language"

package main

//line other.go:1
func main() {}
