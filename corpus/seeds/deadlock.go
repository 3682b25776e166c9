// Two goroutines wait for each other; deferred calls do not run.

//quake:stack=256 move=call gc=none
package main

func other(a chan int, b chan int) {
	defer trace(100)
	trace(2)
	b <- 1
	<-a
	<-a
}

func main() {
	a := make(chan int)
	b := make(chan int)
	defer trace(200)
	trace(1)
	go other(a, b)
	<-b
	a <- 1
	<-b
}
