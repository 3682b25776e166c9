// The second panic takes the first one's deferred call off the list. Its record is too large for the pool and must not keep
// the address of the closure, which lies on the stack.

//quake:finds=stale-defer-fn
package main

func main() {
	var a [17]int
	x := 2
	defer func() {
		move()
		trace(code(recover()))
	}()
	defer func(b [17]int) {
		x += b[0]
		panic(x)
	}(a)
	panic(1)
}
