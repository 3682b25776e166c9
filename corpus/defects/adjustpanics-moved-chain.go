// The stack moves with two panics in progress. The older one's argp must move too, or its deferred call may not recover it.

//quake:finds=adjustpanics-moved-chain
package main

func panicsInside() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	panic(2)
}

func main() {
	defer func() {
		panicsInside()
		trace(code(recover()))
	}()
	panic(1)
}
