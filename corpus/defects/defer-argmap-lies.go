// The argument of a deferred built-in is a number, and its map says that it is a pointer. The copier meets a pointer
// that can be none.

//quake:finds=defer-argmap-lies
package main

func main() {
	defer trace(7)
	move()
}
