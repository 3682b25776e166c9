// The stack moves before the deferred call recovers, and the recovery goes on with the frame where it is now.

//quake:finds=panic-sp-not-mapped
package main

func main() {
	defer func() {
		recover()
		move()
	}()
	panic(1)
}
