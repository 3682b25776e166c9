// A goroutine's stack grows for a recursion, shrinks to its first size, and grows again.

//quake:stack=256 move=none gc=none place=reuse
package main

func deep(n int, p *int) {
	var pad [10]int
	pad[9] = n
	if n > 0 {
		deep(n-1, p)
	}
	*p = *p + pad[9]
}

func main() {
	var x int
	for i := 0; i < 3; i++ {
		deep(12, &x)
		for j := 0; j < 6; j++ {
			shrink()
		}
		trace(x)
	}
}
