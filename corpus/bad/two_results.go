// want 5:16 "at most one result"

package main

func f() (a int, b int) {
	return
}

func main() {}
