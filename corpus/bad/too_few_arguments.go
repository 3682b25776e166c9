// want 8:2 "takes 2 arguments, not 1"

package main

func f(a int, b int) {}

func main() {
	f(1)
}
