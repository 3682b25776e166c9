// frames() notes where its caller stands and then needs stack for the walk itself. The stack is copied, and the walk
// begins on the old one.

//quake:move=prologue finds=traceback-on-own-stack
package main

func main() {
	n := frames()
	trace(n)
}
