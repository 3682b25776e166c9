// want 6:8 "expected a type"

package main

func main() {
	var s string
	_ = s
}
