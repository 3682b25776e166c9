// Twelve goroutines, each with a trace of its own and a small stack that grows.

//quake:stack=256 move=none gc=none place=reuse sched=12
package main

func sum(n int) int {
	if n == 0 {
		return 0
	}
	rest := sum(n - 1)
	return rest + n
}

func worker(done chan int, k int) {
	trace(k)
	s := sum(k)
	trace(s)
	done <- s
}

func collect(done chan int, total int) int {
	x := <-done
	return total + x
}

func main() {
	var total int
	done := make(chan int)
	for i := 0; i < 12; i++ {
		go worker(done, i)
	}
	for i := 0; i < 12; i++ {
		total = collect(done, total)
	}
	trace(total)
}
