// The closure lies in the frame of main, and its function is copied at its entry. It finds its variable by the closure on the
// old stack.

//quake:move=prologue finds=ctxt-not-adjusted
package main

func main() {
	x := 1
	f := func() {
		x = 2
	}
	f()
	f()
	trace(x)
}
