// A stack that begins large and is never too small.

//quake:stack=65536 move=call gc=none limit=16777216
package main

func wide(p *int, a [100]int, n int) {
	if n > 0 {
		wide(p, a, n-1)
		return
	}
	*p = a[99]
}

func main() {
	var x int
	var a [100]int
	a[99] = 6
	wide(&x, a, 2)
	trace(x)
}
