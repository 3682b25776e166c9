// main calls Goexit while a goroutine still works; the program ends when that one has ended too.

//quake:stack=512 move=call gc=none
package main

import "runtime"

func worker(c chan int) {
	x := <-c
	for i := 0; i < 4; i++ {
		trace(x + i)
		runtime.Gosched()
	}
}

func main() {
	c := make(chan int)
	go worker(c)
	defer func() {
		c <- 30
		trace(1)
	}()
	runtime.Goexit()
}
