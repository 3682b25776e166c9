// want 6:6 "a function literal is not assigned to _"

package main

func main() {
	_ = func() {}
}
