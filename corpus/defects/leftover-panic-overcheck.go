// The first panic's deferred call panics, and the second goes on to another: a walk finds the first still on the chain, and its
// deferred call on no list. Nothing is wrong with that.

//quake:finds=leftover-panic-overcheck
package main

func main() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
