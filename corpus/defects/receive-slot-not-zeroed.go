// A goroutine waits for a node. The word that will hold it has a number that an earlier call has left there.

//quake:finds=receive-slot-not-zeroed
package main

import "runtime"

func fill() {
	var a [32]int
	for i := 0; i < 32; i++ {
		a[i] = 7
	}
}

func receive(c chan *node) {
	n := <-c
	trace(n.val)
}

func waits(c chan *node) {
	fill()
	receive(c)
}

func main() {
	c := make(chan *node)
	go waits(c)
	runtime.Gosched()
	runtime.GC()
	c <- &node{val: 1}
	runtime.Gosched()
}
