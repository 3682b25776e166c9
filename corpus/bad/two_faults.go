// want 6:16 "a second kind of fault"

package main

func f(a [4]int, i int, n *node) {
	trace(n.val + a[i])
}

func main() {}
