// A close wakes a goroutine that waits in a select. The sudogs of both cases go back to the cache with the address of
// the variable that they would have received into; after the copy that is an address on a freed stack.

//quake:finds=sudog-elem-and-param-stale
package main

import "runtime"

func choose(c chan int, d chan int, done chan int) {
	var x int
	select {
	case x = <-c:
	case x = <-d:
	}
	trace(x)
	move()
	done <- 1
}

func main() {
	c := make(chan int)
	d := make(chan int)
	done := make(chan int)
	go choose(c, d, done)
	runtime.Gosched()
	close(d)
	<-done
}
