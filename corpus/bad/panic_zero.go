// want 6:8 "1 or more"

package main

func main() {
	panic(0)
}
