// select with a default does not block; it takes a ready case first.

//quake:stack=256 move=safepoint gc=none
package main

func try(c chan int, x int) (r int) {
	select {
	case c <- x:
		r = 1
	default:
		r = 2
	}
	return
}

func take(c chan int) (r int) {
	r = -1
	select {
	case r = <-c:
	default:
	}
	return
}

func main() {
	c := make(chan int, 2)
	trace(take(c))
	trace(try(c, 5))
	trace(try(c, 6))
	trace(try(c, 7))
	trace(take(c))
	trace(take(c))
	trace(take(c))
	trace(try(nil, 1))
	close(c)
	trace(take(c))
}
