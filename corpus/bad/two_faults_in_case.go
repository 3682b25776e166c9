// want 7:18 "a second kind of fault"

package main

func f(c chan int, x int, n *node) {
	select {
	case c <- n.val / x:
	default:
	}
}

func main() {}
