// A goroutine waits in a select. Two channels become ready before it goes on; the second sender must wait for another
// receiver.

//quake:finds=select-served-twice
package main

import "runtime"

func choose(c chan int, d chan int) {
	select {
	case <-c:
		trace(1)
	case <-d:
		trace(2)
	}
}

func main() {
	c := make(chan int)
	d := make(chan int)
	go choose(c, d)
	runtime.Gosched()
	d <- 1
	select {
	case c <- 2:
		trace(3)
	default:
		trace(4)
	}
	runtime.Gosched()
}
