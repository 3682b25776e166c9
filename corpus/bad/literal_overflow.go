// want 6:8 "64 bits"

package main

func main() {
	trace(9223372036854775808)
}
