// n is dead when h collects, and its node is freed. It comes alive again when the Goexit has got to main.

//quake:stack=2048
package main

import "runtime"

func main() {
	defer func() {
		runtime.GC()
	}()
	f(&node{})
}

func f(n *node) {
	if n == nil {
		f(n)
	}
	fn := func() {
		trace(1)
	}
	if n != nil {
		fn = func() {
			n = n
		}
	}
	fn()
	n.next = n
	h()
}

func h() {
	defer shrink()
	defer func() {
		runtime.Goexit()
	}()
	for i := 0; i < 0; i++ {
		defer trace(1)
	}
}
