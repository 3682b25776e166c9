// want 6:5 "a function of the program"

package main

func main() {
	go func() {}()
}
