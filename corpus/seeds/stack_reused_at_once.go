// Freed stacks are handed out again at once, to goroutines whose frames then lie where others lay.

//quake:stack=256 move=call gc=none place=reuse sched=8
package main

func store(p *int, x int) {
	*p = *p + x
}

func worker(done chan int, k int) {
	y := k
	defer func() {
		trace(y)
		done <- y
	}()
	defer store(&y, 100)
	grow(k * 30)
	move()
	store(&y, 10)
}

func main() {
	var x int
	done := make(chan int)
	for i := 0; i < 6; i++ {
		go worker(done, i)
		x = <-done
		trace(x)
	}
}
