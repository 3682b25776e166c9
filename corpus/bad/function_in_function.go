// want 6:7 "a function with a name stands at the top level"

package main

func main() {
	func f() {
	}
}
