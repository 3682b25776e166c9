// A goroutine ends on a stack that has grown. Nobody gives that stack back.

//quake:finds=exit-leaks-grown-stack
package main

import "runtime"

func grows() {
	grow(1000)
}

func main() {
	go grows()
	runtime.Gosched()
	move()
}
