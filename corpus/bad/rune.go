// want 6:8 "runes and raw strings"

package main

func main() {
	trace('a')
}
