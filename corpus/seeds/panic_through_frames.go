// A panic passes frames with and without deferred calls and runs those there are, innermost first.

//quake:stack=256 move=safepoint gc=none
package main

func a() {
	defer trace(1)
	b()
	trace(100)
}

func b() {
	c()
	trace(200)
}

func c() {
	defer trace(2)
	defer func() {
		trace(frames())
	}()
	panic(33)
}

func main() {
	defer func() {
		trace(code(recover()))
		trace(code(recover()))
	}()
	a()
}
