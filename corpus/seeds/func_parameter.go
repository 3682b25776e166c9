// A func() value is handed down a recursion, kept in variables, compared with nil, and called.

//quake:stack=256 move=prologue gc=none
package main

func apply(f func(), n int) {
	if f == nil {
		trace(-100)
		return
	}
	if n > 0 {
		apply(f, n-1)
		return
	}
	f()
}

func main() {
	var x int
	f := func() {
		x++
		trace(x)
	}
	apply(f, 3)
	g := f
	apply(g, 0)
	f = nil
	apply(f, 2)
	apply(func() {
		trace(framesOf(g))
		trace(x)
	}, 1)
}

func framesOf(f func()) int {
	if f != nil {
		f()
	}
	return frames()
}
