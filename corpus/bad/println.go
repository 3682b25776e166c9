// want 6:2 "trace(x) records an int"

package main

func main() {
	println(1)
}
