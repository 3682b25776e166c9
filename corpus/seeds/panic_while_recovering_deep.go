// Recovers and new panics alternate down a recursion; each level answers the one below.

//quake:stack=256 move=call gc=none
package main

func level(n int) {
	defer func() {
		r := code(recover())
		trace(r)
		if n < 5 {
			panic(r*2 + n)
		}
	}()
	if n == 0 {
		panic(1)
	}
	level(n - 1)
	trace(1000)
}

func main() {
	level(5)
}
