// Copies at chosen safepoints only.

//quake:stack=1024 move=at:0,2,3,7,11,12,13,20,31 gc=none
package main

func store(p *int, x int) {
	*p = x
}

func body(k int) (r int) {
	var y int
	defer func() {
		r = code(recover())
		r += y
	}()
	defer store(&y, 50)
	if k > 1 {
		panic(k)
	}
	return 3
}

func main() {
	for i := 0; i < 4; i++ {
		trace(body(i))
	}
}
