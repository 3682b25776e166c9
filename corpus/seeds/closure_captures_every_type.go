// A literal captures a variable of every type, each still right after the stack has moved.

//quake:stack=256 move=prologue gc=safepoint
package main

func main() {
	var a [4]int
	var kept any
	x := 1
	p := &x
	n := &node{val: 10}
	c := make(chan int, 1)
	d := make(chan *node, 1)
	f := func() {
		*p = *p + 1
	}
	all := func() {
		f()
		*p = *p + a[3]
		trace(code(kept))
		a[2] = x
		n = &node{val: 20, next: n}
		c <- x
		d <- n
	}
	func() {
		defer func() {
			kept = recover()
		}()
		panic(5)
	}()
	a[3] = 100
	grow(500)
	all()
	y := <-c
	trace(y)
	m := <-d
	trace(m.val)
	m = m.next
	trace(m.val)
	trace(a[2])
	trace(x)
}
