// The second panic takes the first one's deferred call off the list. Its record, which is too large for a pool where it holds the
// arguments, must not keep the address of the closure.

//quake:finds=stale-defer-fn
package main

func main() {
	var a [17]int
	x := 2
	defer func() {
		move()
		trace(code(recover()))
	}()
	for i := 0; i < 1; i++ {
		defer func(b [17]int) {
			x += b[0]
			panic(x)
		}(a)
	}
	panic(1)
}
