// Calling a nil func() faults when it is called, and when a deferred one runs, not before.

//quake:stack=512 move=call gc=none
package main

func deferred() {
	var f func()
	defer f()
	trace(1)
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	func() {
		var f func()
		defer func() {
			trace(code(recover()))
		}()
		f()
		trace(100)
	}()
	deferred()
	trace(200)
}
