// Closing a nil channel ends the program.

//quake:stack=512 move=call gc=none
package main

func main() {
	var c chan *node
	defer func() {
		trace(1)
	}()
	close(c)
}
