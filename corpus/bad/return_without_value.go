// want 6:2 "return needs a value"

package main

func f() int {
	return
}

func main() {}
