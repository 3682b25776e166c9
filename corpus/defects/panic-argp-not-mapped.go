// The stack moves before the deferred call recovers. What it recovers by moves with the stack.

//quake:finds=panic-argp-not-mapped
package main

func main() {
	defer func() {
		move()
		recover()
	}()
	panic(1)
}
