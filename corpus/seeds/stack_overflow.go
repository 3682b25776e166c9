// A recursion without end passes the stack's limit: nothing recovers and no deferred call runs.

//quake:stack=256 move=none gc=none limit=4096
package main

func down(n int) {
	down(n + 1)
}

func main() {
	defer func() {
		trace(code(recover()))
	}()
	trace(1)
	down(0)
	trace(2)
}
