// A deferred call has its closure on the stack, and an address of the stack among its arguments. A copy must adjust both.

//quake:finds=closure-on-stack-skips-args
package main

func main() {
	x := 1
	y := 0
	defer func() {
		trace(x)
		trace(y)
	}()
	defer func(p *int) {
		x = 2
		*p = 42
	}(&y)
	move()
}
