// The wrapper of the deferred call has captured f, whose closure lies on the stack that is copied.

//quake:finds=wrapper-func-unmasked
package main

func calls(f func()) {
	f()
}

func main() {
	x := 7
	f := func() {
		trace(x)
	}
	defer calls(f)
	move()
}
