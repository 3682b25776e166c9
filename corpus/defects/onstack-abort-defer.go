// The stack moves with two panics in progress. A design that marks them with Defer records on the stack has two of these on its
// list, and a copier that rewrites a link before it follows it comes to the new stack, where nothing is yet.

//quake:finds=onstack-abort-defer
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
