// Goroutines leave by Goexit from different depths; the deferred calls of all their frames run.

//quake:stack=256 move=call gc=none sched=3
package main

import "runtime"

func down(n int, p *int) {
	defer func() {
		*p = *p + 1
	}()
	if n == 0 {
		runtime.Goexit()
	}
	down(n-1, p)
}

func worker(done chan int, depth int) {
	var count int
	defer func() {
		trace(count)
		done <- count
	}()
	down(depth, &count)
	trace(100)
}

func main() {
	var sum int
	done := make(chan int)
	for i := 0; i < 4; i++ {
		go worker(done, i*4)
	}
	for i := 0; i < 4; i++ {
		addNext(done, &sum)
	}
	trace(sum)
}

func addNext(done chan int, sum *int) {
	x := <-done
	*sum = *sum + x
}
