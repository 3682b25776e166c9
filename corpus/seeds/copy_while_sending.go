// A goroutine is blocked sending from its frame while collections halve its stack.

//quake:stack=256 move=none gc=none
package main

import "runtime"

func deep(n int, c chan int) {
	value := n * 11
	p := &value
	if n < 6 {
		deep(n+1, c)
	}
	c <- *p
	trace(value)
}

func worker(c chan int) {
	grow(2000)
	deep(0, c)
	c <- 1000
}

func main() {
	var x int
	c := make(chan int)
	go worker(c)
	for i := 0; i < 8; i++ {
		runtime.Gosched()
		runtime.GC()
		x = <-c
		trace(x)
	}
}
