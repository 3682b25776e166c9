// want 6:11 "/* */ is not in the language"

package main

func main() {
	trace(1) /* not here */
}
