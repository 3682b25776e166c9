// The stack moves while a panic runs the first of two deferred calls. The other one is taken from where the frame is now.

//quake:finds=panic-bits-not-mapped
package main

func main() {
	defer trace(1)
	defer move()
	panic(2)
}
