// want 6:8 "runes are not in the language"

package main

func main() {
	trace('a')
}
