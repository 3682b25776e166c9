// An address taken as a number stays that number when the stack moves on, and a pointer does not mind.

//quake:stack=256 move=prologue gc=none
package main

func keep(k int, p *int) int {
	*p = *p + 1
	grow(400)
	return k
}

func main() {
	var x int
	k := addr(&x)
	r := keep(k, &x)
	if r == k {
		trace(1)
	}
	trace(r - k)
	trace(x)
}
