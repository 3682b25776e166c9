// The stack is copied when the goroutine has stored where it wants its value, and is on no list yet.

//quake:move=safepoint finds=waiting-set-late
package main

func send(c chan int) {
	c <- 7
}

func main() {
	c := make(chan int)
	go send(c)
	x := <-c
	trace(x)
}
