// A deferred call that runs after a recover is called by main: what panicked has been left.

//quake:stack=2048 move=none gc=none
package main

func main() {
	defer count()
	defer func() {
		recover()
	}()
	fail()
}

func fail() {
	panic(1)
}

func count() {
	trace(frames())
}
