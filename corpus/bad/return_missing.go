// want 9:1 "missing return"

package main

func f(x int) int {
	if x == 1 {
		return 1
	}
}

func main() {}
