// recover without a panic is nil: in main, in a deferred call of a return, and after a recover.

//quake:stack=256 move=call gc=none
package main

func quiet() {
	defer func() {
		trace(code(recover()))
	}()
}

func main() {
	r := recover()
	if r == nil {
		trace(1)
	}
	trace(code(r))
	quiet()
	defer func() {
		trace(code(recover()))
	}()
	func() {
		defer func() {
			recover()
		}()
		panic(5)
	}()
}
