// The stack moves while a panic runs a deferred call. The Panic moves with it, and the head of the chain is left behind.

//quake:finds=gpanic-not-adjusted
package main

func main() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	panic(1)
}
