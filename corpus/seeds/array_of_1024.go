// The largest array, its ends reached by pointers from below while the stack moves.

//quake:stack=256 move=prologue gc=none
package main

func write(p *int, q *int) {
	*p = 8
	*q = 9
}

func main() {
	var a [1024]int
	write(&a[0], &a[1023])
	trace(a[0])
	trace(a[1])
	trace(a[1023])
}
