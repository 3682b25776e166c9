// want 6:8 "decimal integers"

package main

func main() {
	trace(0x10)
}
