// The same frames, each on a stack whose memory nobody had lately.

//quake:stack=4096 move=prologue gc=none place=fresh limit=32768
package main

func twice(p *int, n int) {
	if n > 0 {
		twice(p, n-1)
	}
	*p = *p * 2
}

func main() {
	x := 3
	for i := 0; i < 5; i++ {
		move()
		twice(&x, i)
	}
	trace(x)
}
