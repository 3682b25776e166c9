// The record of the first call of f is in the pool when the collection runs. The second call needs a record.

//quake:finds=defer-pool-kept
package main

import "runtime"

func f() {
	for i := 0; i < 1; i++ {
		defer trace(1)
	}
}

func main() {
	f()
	runtime.GC()
	f()
}
