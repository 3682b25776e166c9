// A chain of goroutines, each started by the one before, passes a list along and adds to it.

//quake:stack=256 move=call gc=alloc sched=5
package main

func link(in chan *node, end chan *node, n int) {
	if n == 0 {
		pass(in, end, 0)
		return
	}
	out := make(chan *node)
	go link(out, end, n-1)
	pass(in, out, n)
}

func pass(in chan *node, out chan *node, n int) {
	list := <-in
	trace(list.val)
	out <- &node{val: n, next: list}
}

func main() {
	in := make(chan *node)
	end := make(chan *node)
	go link(in, end, 5)
	in <- &node{val: 50}
	list := <-end
	for i := 0; i < 7; i++ {
		trace(list.val)
		list = list.next
	}
}
