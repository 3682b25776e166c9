// want 6:2 "const is not in the language; write the number"

package main

func main() {
	const x = 1
}
