// want 6:8 "not declared here"

package main

func main() {
	trace(x)
}
