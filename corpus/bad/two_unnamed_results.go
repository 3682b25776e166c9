// want 5:14 "a function has at most one result"

package main

func f() (int, int) {
	return 1, 2
}

func main() {}
