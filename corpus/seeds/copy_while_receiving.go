// A goroutine blocked receiving into a local, at several depths, while its stack is copied.

//quake:stack=256 move=none gc=safepoint
package main

import "runtime"

func wait(c chan int, done chan int, n int) {
	var here int
	p := &here
	if n > 0 {
		wait(c, done, n-1)
		return
	}
	grow(600)
	here = <-c
	trace(*p)
	trace(here)
	done <- here
}

func main() {
	var x int
	c := make(chan int)
	done := make(chan int)
	for i := 0; i < 5; i++ {
		go wait(c, done, i*2)
		runtime.Gosched()
		shrink()
		runtime.GC()
		c <- 70 + i
		x = <-done
		trace(x)
	}
}
