// trace, move, grow and shrink as deferred calls, run by a return and by a panic.

//quake:stack=256 move=none gc=none
package main

func body(p *int, fail int) {
	defer trace(*p)
	defer move()
	defer grow(500)
	defer shrink()
	*p = *p + 1
	defer trace(fail)
	if fail > 0 {
		panic(fail)
	}
}

func main() {
	x := 40
	body(&x, 0)
	defer func() {
		trace(code(recover()))
		trace(x)
	}()
	body(&x, 3)
}
