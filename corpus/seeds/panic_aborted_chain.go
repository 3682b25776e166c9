// Each of four deferred calls of one frame panics anew; the last recover ends them all.

//quake:stack=256 move=call gc=none
package main

func boom(k int) {
	panic(k)
}

func body() (r int) {
	defer func() {
		r = code(recover())
		trace(frames())
	}()
	defer boom(4)
	defer boom(3)
	defer boom(2)
	panic(1)
}

func main() {
	trace(body())
	trace(frames())
}
