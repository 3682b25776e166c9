// main has left by Goexit and a goroutine is blocked for ever: a deadlock, not the end by Goexit.

//quake:stack=256 move=call gc=none
package main

import "runtime"

func wait(c chan int) {
	trace(2)
	<-c
	<-c
}

func main() {
	c := make(chan int)
	go wait(c)
	c <- 1
	defer trace(1)
	runtime.Goexit()
}
