// A channel that stands in two cases of a blocked select, woken once.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func worker(c chan int, done chan int) {
	var x int
	for i := 0; i < 2; i++ {
		select {
		case x = <-c:
		case x = <-c:
		}
		trace(x)
	}
	done <- 1
}

func main() {
	c := make(chan int)
	done := make(chan int)
	go worker(c, done)
	for i := 0; i < 2; i++ {
		runtime.Gosched()
		c <- 30 + i
	}
	<-done
	select {
	case c <- 1:
		trace(100)
	default:
		trace(2)
	}
}
