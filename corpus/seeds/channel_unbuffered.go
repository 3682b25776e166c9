// Numbers handed over one by one, each received into a plain variable, a declaration or a return.

//quake:stack=256 move=safepoint gc=none
package main

func next(c chan int) int {
	return <-c
}

func count(c chan int) {
	for i := 0; i < 4; i++ {
		c <- i * 5
	}
}

func main() {
	var x int
	c := make(chan int)
	go count(c)
	x = <-c
	trace(x)
	y := <-c
	trace(y)
	<-c
	trace(next(c))
}
