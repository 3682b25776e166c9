// A place outside of an array, in a goroutine, ends the program; deferred calls still run first.

//quake:stack=512 move=call gc=none
package main

func reach(c chan int, i int) {
	var a [4]int
	defer trace(2)
	a[i] = 1
	c <- a[0]
}

func main() {
	c := make(chan int)
	defer trace(3)
	trace(1)
	go reach(c, 4)
	<-c
}
