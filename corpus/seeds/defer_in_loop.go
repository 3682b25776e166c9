// Deferred calls of a loop run last in first out, with the arguments of their turn.

//quake:stack=256 move=call gc=none
package main

func say(x int, p *int) {
	trace(x + *p)
}

func main() {
	y := 100
	for i := 0; i < 6; i++ {
		defer say(i*i, &y)
	}
	y = 200
}
