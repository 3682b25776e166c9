// Two panics are recovered and answered by new ones; the crash shows all three.

//quake:stack=256 move=call gc=none
package main

func wrap() {
	defer func() {
		r := code(recover())
		panic(r + 10)
	}()
	panic(1)
}

func main() {
	defer func() {
		r := code(recover())
		trace(r)
		panic(r + 10)
	}()
	wrap()
}
