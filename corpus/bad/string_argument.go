// want 6:8 "strings are not in the language"

package main

func main() {
	trace("text")
}
