// The second panic takes the first one's deferred call off the list. Its record is too large for the pool and must not keep
// the address of the first Panic, which no copy would adjust there.

//quake:finds=stale-defer-panic
package main

func big(a [17]int) {
	panic(a[0])
}

func main() {
	var a [17]int
	a[0] = 2
	defer func() {
		move()
		trace(code(recover()))
	}()
	defer big(a)
	panic(1)
}
