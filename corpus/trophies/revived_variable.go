// n has no value yet when fail panics. The collection follows what earlier calls have left in its place.

//quake:stack=2048
package main

func main() {
	var room [1024]int
	var more [1024]int
	addr(&room[0])
	addr(&more[0])
	var list *node
	for i := 0; i < 2000; i++ {
		list = &node{next: list}
	}
	fill(100, list, list, list, list)
	list = nil
	shrink()
	descend(80)
	trace(1)
}

func fill(depth int, p *node, q *node, r *node, s *node) {
	if depth > 0 {
		fill(depth-1, p, q, r, s)
		p.val = depth
		q.val = depth
		r.val = depth
		s.val = depth
	}
}

func descend(depth int) {
	if depth > 0 {
		descend(depth - 1)
		return
	}
	dead()
}

func dead() {
	fail()
	n := &node{next: &node{next: &node{next: &node{next: &node{next: &node{}}}}}}
	n.val = 1
}

func fail() {
	defer func() {
		shrink()
		recover()
	}()
	panic(1)
}
