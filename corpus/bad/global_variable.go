// want 5:1 "a global variable"

package main

var x int

func main() {}
