// Each form of declaration at each type that can be written out, with zero values where none is given.

//quake:stack=512 move=call gc=none
package main

func main() {
	var a int
	var b int = a - 3
	c := b * b
	var p *int = &c
	var q *int
	var n *node = &node{next: &node{val: 4}}
	var m *node
	var f func() = func() {
		trace(c)
	}
	var g func()
	var d chan int = make(chan int, 1)
	var e chan *node
	var w [3]int
	var v [3]int = w
	r := recover()
	var s any = r
	if q == nil && m == nil && g == nil && e == nil && s == nil {
		trace(a + b)
	}
	*p = *p + 1
	f()
	d <- v[2]
	m = n.next
	trace(m.val)
	trace(code(s))
}
