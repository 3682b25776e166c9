// A send on a closed channel ends the program.

//quake:stack=512 move=call gc=none
package main

func main() {
	c := make(chan int)
	close(c)
	trace(1)
	c <- 1
	trace(2)
}
