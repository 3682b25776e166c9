// A deferred nil func() panics while a panic is in progress, and then the stack moves.

//quake:finds=nil-deferred-call-faults
package main

func main() {
	defer func() {
		move()
	}()
	var f func()
	defer f()
	defer func() {
		panic(2)
	}()
	panic(1)
}
