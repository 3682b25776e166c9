// Cases on nil channels never run; a receive from a closed channel always can.

//quake:stack=256 move=safepoint gc=none
package main

func main() {
	var none chan int
	x := 9
	c := make(chan int)
	close(c)
	select {
	case none <- 1:
		trace(100)
	case x = <-none:
		trace(200)
	case x = <-c:
		trace(x)
	}
	select {
	case <-none:
		trace(300)
	default:
		trace(1)
	}
}
