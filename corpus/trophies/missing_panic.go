// A load through a nil pointer panics, also where its value is not used.

//quake:stack=2048 move=none gc=none
package main

func sum(p *int, k int) int {
	y := 7
	x := *p
	if k > 0 {
		y = sum(p, k-1)
		y = y + x
	}
	return y
}

func main() {
	y := sum(nil, 0)
	trace(y)
}
