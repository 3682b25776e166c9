// A goroutine waits in a select while a collection shrinks its stack. The pointer lies below the word that will hold
// the value.

//quake:finds=select-region-not-adjusted
package main

import "runtime"

func choose(c chan int) {
	y := 3
	p := &y
	x := 0
	grow(1000)
	select {
	case x = <-c:
	}
	trace(x)
	trace(*p)
}

func main() {
	c := make(chan int)
	go choose(c)
	runtime.Gosched()
	runtime.GC()
	c <- 7
	runtime.Gosched()
}
