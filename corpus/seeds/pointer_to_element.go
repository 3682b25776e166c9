// Pointers into the middle of arrays and nodes keep to their word when the stack moves and grows.

//quake:stack=256 move=call gc=alloc
package main

func add(p *int, n int) {
	if n > 0 {
		add(p, n-1)
	}
	*p = *p + n
}

func main() {
	var a [7]int
	i := 3
	n := &node{val: 50}
	p := &a[i]
	q := &a[3]
	r := &n.val
	n = nil
	add(p, 4)
	move()
	add(r, 5)
	if p == q && p != r {
		trace(*q)
	}
	trace(*r)
	trace(a[3])
	trace(a[2] + a[4])
	p = nil
	if p == nil {
		trace(1)
	}
}
