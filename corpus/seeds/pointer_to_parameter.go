// Pointers to a parameter and to a named result; a callee's caller changes both.

//quake:stack=256 move=prologue gc=none
package main

func bump(p *int, by int) {
	grow(by)
	*p = *p + by
}

func body(a int) (r int) {
	p := &a
	bump(&r, 20)
	bump(p, 3)
	r = r + *p
	bump(&r, 100)
	return r
}

func main() {
	trace(body(1))
	trace(body(2))
}
