// want 6:4 "move is only called; where a func() is wanted"

package main

func main() {
	f(move)
}

func f(g func()) {
	g()
}
