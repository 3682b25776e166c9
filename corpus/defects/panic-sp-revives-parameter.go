// A fault has interrupted f for good, and its parameter is dead. A collection during main's deferred call frees the node.

//quake:finds=panic-sp-revives-parameter
package main

import "runtime"

func f(n *node, p *int) {
	*p = n.val
}

func main() {
	defer func() {
		runtime.GC()
	}()
	f(&node{}, nil)
}
