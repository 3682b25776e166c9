// Two calls in a row: g is live during the first, and dead as soon as the second has begun. The first one moves the stack, on
// which g's closure lies.

//quake:finds=live-map-at-return-pc
package main

func moves() {
	move()
}

func main() {
	x := 7
	g := func() {
		trace(x)
	}
	moves()
	g()
}
