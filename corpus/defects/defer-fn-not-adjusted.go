// The closure of the deferred call lies on the stack, which moves.

//quake:finds=defer-fn-not-adjusted
package main

func main() {
	x := 1
	for i := 0; i < 0; i++ {
		defer trace(2)
	}
	f := func() {
		trace(x)
	}
	defer f()
	move()
}
