// A select waits to send a node that nothing else names.

//quake:finds=select-element-dead
package main

import "runtime"

func send(c chan *node) {
	select {
	case c <- &node{val: 7}:
	}
}

func main() {
	c := make(chan *node)
	go send(c)
	runtime.Gosched()
	runtime.GC()
	n := <-c
	trace(n.val)
}
