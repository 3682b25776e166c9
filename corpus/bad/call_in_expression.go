// want 6:11 "a call or a receive stands alone"

package main

func main() {
	x := 1 + frames()
	trace(x)
}
