// A deferred call with many arguments of every kind that an argument may have.

//quake:stack=256 move=prologue gc=safepoint
package main

func many(a int, p *int, b [9]int, n *node, f func(), c chan int, d int, e chan *node, q *int) {
	var m *node
	f()
	trace(a + d + b[8])
	*p = *p + *q
	c <- n.val
	m = <-e
	trace(m.val)
}

func body(c chan int) int {
	var b [9]int
	x := 1
	y := 30
	e := make(chan *node, 1)
	e <- &node{val: 60}
	b[8] = 7
	defer func() {
		trace(x)
	}()
	defer many(1000, &x, b, &node{val: 50}, func() {
		trace(y)
	}, c, 200, e, &y)
	b[8] = 0
	e = nil
	y++
	return x
}

func main() {
	c := make(chan int, 1)
	trace(body(c))
	x := <-c
	trace(x)
}
