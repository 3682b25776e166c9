// Two goroutines hand one number to and fro.

//quake:stack=256 move=safepoint gc=none sched=4294967295
package main

func player(in chan int, out chan int) {
	var ball int
	for i := 0; i < 6; i++ {
		ball = <-in
		trace(ball)
		out <- ball*2 + 1
	}
	close(out)
}

func main() {
	ball := 1
	a := make(chan int)
	b := make(chan int)
	go player(a, b)
	for i := 0; i < 6; i++ {
		a <- ball
		ball = <-b
	}
	trace(ball)
	ball = <-b
	trace(ball)
}
