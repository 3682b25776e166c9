// Several cases of a select are ready, and the scheduler's seed says in which order they are tried.

//quake:stack=256 move=safepoint gc=none sched=9
package main

func main() {
	a := make(chan int, 1)
	b := make(chan int, 1)
	c := make(chan int, 1)
	var x int
	sum := 0
	a <- 1
	b <- 2
	c <- 4
	for i := 0; i < 3; i++ {
		select {
		case x = <-a:
		case x = <-b:
		case x = <-c:
		}
		sum = sum + x
	}
	trace(sum)
}
