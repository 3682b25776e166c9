// Deferred calls write through pointers into a frame that growth has moved; one has 4 KB of arguments.

//quake:stack=2048 move=none gc=none
package main

func store(p *int, x int) {
	*p = x
}

func storeWide(p *int, x int, pad [520]int) {
	*p = x + pad[519]
}

func down(n int) {
	var pad [60]int
	pad[59] = n
	if n > 0 {
		down(n - 1)
	}
}

func body(done chan int, depth int) {
	var y int
	var z int
	var pad [520]int
	pad[519] = depth
	defer func() {
		trace(y)
		trace(z)
		done <- y + z
	}()
	defer storeWide(&y, 42, pad)
	defer store(&z, 17)
	pad[519] = 1000
	down(depth)
	down(depth)
}

func main() {
	var sum int
	done := make(chan int)
	for i := 0; i < 20; i++ {
		go body(done, i)
		sum = <-done
		trace(sum)
	}
}
