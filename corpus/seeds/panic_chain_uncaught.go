// Three panics, each from a deferred call that the one before runs, and nobody recovers.

//quake:stack=256 move=call gc=none
package main

func main() {
	defer func() {
		trace(frames())
		panic(3)
	}()
	func() {
		defer func() {
			trace(frames())
			panic(2)
		}()
		panic(1)
	}()
}
