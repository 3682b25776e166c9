// want 7:1 "found the end of the text"

package main

func main() {
	trace(1)
