// Collections halve a stack while its goroutine is blocked in a select that would receive into its frame.

//quake:stack=256 move=none gc=none
package main

import "runtime"

func choose(a chan int, b chan *node, c chan int, n int) {
	var x int
	var list *node
	value := n + 500
	p := &x
	if n > 0 {
		choose(a, b, c, n-1)
	}
	select {
	case x = <-a:
	case list = <-b:
		x = list.val
	case c <- value:
	}
	trace(*p)
}

func worker(a chan int, b chan *node, c chan int, done chan int) {
	grow(3000)
	choose(a, b, c, 5)
	done <- 1
}

func settle() {
	runtime.Gosched()
	runtime.GC()
	runtime.Gosched()
	runtime.GC()
}

func main() {
	var x int
	a := make(chan int)
	b := make(chan *node)
	c := make(chan int)
	done := make(chan int)
	go worker(a, b, c, done)
	for i := 0; i < 2; i++ {
		settle()
		a <- i + 10
		settle()
		b <- &node{val: i + 20}
		settle()
		x = <-c
		trace(x)
	}
	<-done
}
