// recover is nil in the deferred function's callees and in deferred calls of its own return.

//quake:stack=256 move=call gc=none
package main

func helper() int {
	return code(recover())
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		trace(helper())
		func() {
			trace(code(recover()))
		}()
		defer func() {
			trace(code(recover()))
		}()
	}()
	panic(6)
}
