// The second panic aborts the first, and is recovered further out. With its frames the first panic is gone too, and must not
// stay on the chain.

//quake:finds=aborted-panic-linked
package main

func panicsAgain() {
	defer func() {
		panic(2)
	}()
	panic(1)
}

func recovers() {
	defer func() {
		trace(code(recover()))
	}()
	panicsAgain()
}

func main() {
	recovers()
	panic(3)
}
