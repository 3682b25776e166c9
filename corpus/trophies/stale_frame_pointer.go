// A function without deferred calls faults, and its caller recovers.

//quake:stack=2048 move=none gc=none
package main

func fail() {
	var p *int
	trace(1)
	*p = 2
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	fail()
}
