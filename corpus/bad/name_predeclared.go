// want 6:2 "predeclared in Go"

package main

func main() {
	max := 1
	trace(max)
}
