// Every runtime error there is, each recovered.

//quake:stack=512 move=call gc=none
package main

func fail(k int, zero int) {
	var n *node
	var p *int
	var f func()
	var a [3]int
	var none chan int
	defer func() {
		trace(code(recover()))
	}()
	c := make(chan int, 1)
	close(c)
	if k == 0 {
		n.val = 1
	} else if k == 1 {
		*p = 1
	} else if k == 2 {
		f()
	} else if k == 3 {
		a[k] = 1
	} else if k == 4 {
		trace(k / zero)
	} else if k == 5 {
		trace(k % zero)
	} else if k == 6 {
		c <- 1
	} else if k == 7 {
		close(c)
	} else if k == 8 {
		close(none)
	}
	trace(a[0])
}

func main() {
	for i := 0; i < 10; i++ {
		fail(i, 0)
	}
}
