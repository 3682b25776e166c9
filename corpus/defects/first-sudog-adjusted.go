// A goroutine waits in a select while a collection shrinks its stack. Of the two cases the second one is served.

//quake:finds=first-sudog-adjusted
package main

import "runtime"

func choose(c chan int, d chan int) {
	var x int
	grow(1000)
	select {
	case x = <-c:
	case x = <-d:
	}
	trace(x)
}

func main() {
	c := make(chan int)
	d := make(chan int)
	go choose(c, d)
	runtime.Gosched()
	runtime.GC()
	d <- 7
	runtime.Gosched()
}
