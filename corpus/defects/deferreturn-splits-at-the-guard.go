// The same where no copy is forced: goroutines whose frames end at every distance from the end of the stack, so that
// one of them is the last that fits.

//quake:stack=256 finds=deferreturn-splits
package main

func set(p *int) {
	*p = 42
}

func leaf(y *int) {
	defer set(y)
}

func down(n int) {
	var y int
	if n > 0 {
		down(n - 1)
		return
	}
	leaf(&y)
	trace(y)
}

func work(n int, done chan int) {
	down(n)
	done <- 1
}

func main() {
	done := make(chan int)
	for i := 0; i < 8; i++ {
		go work(i, done)
		<-done
	}
}
