// A function that a deferred call calls tries to recover.

//quake:stack=2048 move=none gc=none
package main

func helper() {
	trace(code(recover()))
}

func deferred(x int) {
	helper()
}

func main() {
	defer deferred(1)
	panic(2)
}
