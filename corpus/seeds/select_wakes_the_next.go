// A buffered channel wakes a select, which then takes from another one: the wakeup goes to the next.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func choose(c chan int, d chan int, done chan int) {
	var x int
	select {
	case x = <-d:
	case x = <-c:
	}
	trace(x)
	done <- 1
}

func receive(c chan int, done chan int) {
	x := <-c
	trace(x)
	done <- 1
}

func main() {
	c := make(chan int, 2)
	d := make(chan int, 2)
	done := make(chan int)
	var x int
	go choose(c, d, done)
	runtime.Gosched()
	go receive(c, done)
	runtime.Gosched()
	c <- 4
	d <- 4
	runtime.Gosched()
	c <- 4
	<-done
	<-done
	select {
	case x = <-c:
	case x = <-d:
	}
	trace(x)
}
