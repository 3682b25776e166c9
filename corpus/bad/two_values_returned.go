// want 6:10 "a return has one value"

package main

func f() int {
	return 1, 2
}

func main() {}
