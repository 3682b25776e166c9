// A buffer takes what fits without a receiver and gives it back in order, around its end.

//quake:stack=256 move=safepoint gc=none
package main

func main() {
	var x int
	c := make(chan int, 3)
	for i := 0; i < 5; i++ {
		c <- i
		c <- i + 10
		x = <-c
		trace(x)
		x = <-c
		trace(x)
	}
}
