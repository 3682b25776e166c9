// Two goroutines wait to send to a full channel, and each goes on when there is room.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func worker(c chan int, done chan int) {
	for i := 0; i < 3; i++ {
		c <- 7
	}
	done <- 1
}

func main() {
	c := make(chan int, 1)
	done := make(chan int, 2)
	var x int
	go worker(c, done)
	go worker(c, done)
	runtime.Gosched()
	for i := 0; i < 6; i++ {
		x = <-c
		trace(x)
	}
	<-done
	<-done
}
