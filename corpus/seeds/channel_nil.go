// A nil channel blocks for ever, in a send and in a receive.

//quake:stack=256 move=safepoint gc=none
package main

func send(c chan *node) {
	trace(1)
	c <- nil
	trace(2)
}

func main() {
	var c chan int
	go send(nil)
	trace(3)
	<-c
	trace(100)
}
