// A select over sends and receives blocks until one can go on; the others are taken back.

//quake:stack=256 move=safepoint gc=safepoint
package main

import "runtime"

func worker(a chan int, b chan *node, c chan int, done chan int) {
	var x int
	var n *node
	for i := 0; i < 3; i++ {
		select {
		case x = <-a:
			trace(x)
		case n = <-b:
			trace(n.val)
		case c <- i + 40:
			trace(i)
		}
		done <- i
	}
}

func main() {
	var x int
	a := make(chan int)
	b := make(chan *node)
	c := make(chan int)
	done := make(chan int)
	go worker(a, b, c, done)
	runtime.Gosched()
	b <- &node{val: 9}
	<-done
	runtime.Gosched()
	a <- 8
	<-done
	runtime.Gosched()
	x = <-c
	trace(x)
	<-done
}
