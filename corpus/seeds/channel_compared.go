// Channels are equal when they are the same channel.

//quake:stack=512 move=none gc=none
package main

func same(a chan int, b chan int) int {
	if a == b {
		return 1
	}
	if a == nil || b == nil {
		return 2
	}
	return 3
}

func main() {
	c := make(chan int)
	d := c
	trace(same(c, d))
	e := make(chan int)
	trace(same(c, e))
	trace(same(nil, c))
	trace(same(nil, nil))
}
