// A number among the arguments of a pending deferred call equals the address of an object, and a collection that takes
// every word of the record for a possible pointer keeps the object.

//quake:finds=defer-conservative-retention
package main

import "runtime"

func number(x int) {
	trace(1)
}

func main() {
	n := &node{val: 1}
	x := addr(&n.val)
	for i := 0; i < 1; i++ {
		defer number(x)
	}
	runtime.GC()
}
