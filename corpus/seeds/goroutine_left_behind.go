// main ends while other goroutines are blocked; they end with it and run no deferred calls.

//quake:stack=256 move=call gc=none
package main

func wait(c chan int, ready chan int) {
	defer trace(100)
	trace(1)
	ready <- 1
	<-c
	trace(200)
}

func main() {
	c := make(chan int)
	ready := make(chan int)
	for i := 0; i < 3; i++ {
		go wait(c, ready)
		<-ready
	}
	trace(2)
}
