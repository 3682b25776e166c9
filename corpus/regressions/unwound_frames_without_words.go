// A recovery unwinds frames that hold no words, and the stack is copied after it.

//quake:stack=2048 move=prologue gc=none
package main

func main() {
	defer func() {
	}()
	defer func() {
		recover()
	}()
	f()
}

func f() {
	func() {
		panic(1)
	}()
}
