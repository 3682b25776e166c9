// The deferred calls of main run when main ends, not when f ends.

//quake:finds=deferreturn-runs-outer-frame
package main

func f() {
	for i := 0; i < 1; i++ {
		defer trace(1)
	}
}

func main() {
	for i := 0; i < 1; i++ {
		defer trace(3)
	}
	f()
	trace(2)
}
