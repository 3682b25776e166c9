// Deferred calls that defer: what the inner one defers runs before the outer ones that are left.

//quake:stack=256 move=safepoint gc=none
package main

func main() {
	defer trace(1)
	defer func() {
		defer func() {
			defer trace(2)
			trace(3)
		}()
		defer trace(4)
		trace(5)
	}()
	defer trace(6)
	trace(7)
}
