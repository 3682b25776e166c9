// The stack is shrunk, and the old one is given back by the copy and by whoever asked for it.

//quake:finds=shrink-frees-twice
package main

func main() {
	grow(1000)
	shrink()
}
