// After a recover an unnamed result is zero, unless a return statement had set it before the panic.

//quake:stack=512 move=call gc=none
package main

func before() int {
	defer func() {
		trace(code(recover()))
	}()
	panic(1)
}

func after() int {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		panic(2)
	}()
	return 5
}

func main() {
	trace(before())
	trace(after())
}
