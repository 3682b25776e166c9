// A goroutine ends by Goexit in a deferred call of a panic. The next one gets its G, and must not inherit the panic.

//quake:finds=goexit-keeps-gpanic
package main

import "runtime"

func dies(c chan int) {
	defer func() {
		x := code(recover())
		c <- x
		runtime.Goexit()
	}()
	panic(1)
}

func lives(c chan int) {
	c <- 2
}

func main() {
	c := make(chan int, 1)
	x := 0
	go dies(c)
	x = <-c
	trace(x)
	go lives(c)
	x = <-c
	trace(x)
}
