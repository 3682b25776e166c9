// The stack grows by more each turn under a local, its pointer and its closure.

//quake:stack=256 move=none gc=none
package main

func main() {
	x := 5
	p := &x
	f := func() {
		x++
	}
	for i := 0; i < 9; i++ {
		grow(i * i * 20)
		*p = *p * 2
		f()
	}
	grow(0)
	grow(-3)
	trace(x)
}
