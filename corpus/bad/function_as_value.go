// want 8:7 "is only called"

package main

func f() {}

func main() {
	g := f
	g()
}
