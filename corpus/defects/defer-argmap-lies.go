// The argument of a deferred built-in is a number, and its map says that it is a pointer. When the stack moves before the call,
// the copier meets a pointer that can be none.

//quake:finds=defer-argmap-lies move=prologue
package main

func main() {
	defer trace(7)
}
