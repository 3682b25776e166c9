// A panic at many depths runs a deferred call of 4 KB of arguments that writes through a pointer.

//quake:stack=2048 move=none gc=none
package main

func storeWide(p *int, x int, pad [520]int) {
	*p = x + pad[519]
}

func down(n int, value int) {
	var pad [30]int
	pad[29] = n
	if n == 0 {
		panic(value)
	}
	down(n-1, value)
}

func body(done chan int, depth int) {
	var y int
	var pad [520]int
	defer func() {
		trace(y)
		trace(code(recover()))
		done <- y
	}()
	pad[519] = depth
	defer storeWide(&y, 42, pad)
	pad[519] = 1000
	down(depth, depth+1)
	trace(1)
}

func main() {
	var y int
	done := make(chan int)
	for i := 0; i < 20; i++ {
		go body(done, i)
		y = <-done
		trace(y)
	}
}
