// want 5:14 "a result in parentheses has a name"

package main

func f() (int) {
	return 1
}

func main() {}
