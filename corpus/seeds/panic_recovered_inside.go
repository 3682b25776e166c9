// A panic inside a deferred call, recovered there, leaves the outer panic as it was.

//quake:stack=256 move=safepoint gc=none
package main

func inside(k int) {
	defer func() {
		trace(code(recover()))
	}()
	panic(k)
}

func main() {
	defer func() {
		inside(2)
		inside(3)
		trace(code(recover()))
		inside(4)
		trace(code(recover()))
	}()
	panic(1)
}
