// deferreturn has put the arguments into the frame of its caller and checks the stack, which is copied there. It goes
// on by the address that the caller's frame had before.

//quake:move=prologue finds=deferreturn-splits
package main

func main() {
	defer trace(7)
}
