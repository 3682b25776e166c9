// The frame of an aborted panic names a record that lies in the pool by now, on top of others. A collection drops the pool: it
// may keep that record, and none behind it.

//quake:finds=pool-chain-pinned
package main

import "runtime"

func nothing() {
}

func fillPool(n int) {
	for i := 0; i < n; i++ {
		defer nothing()
	}
}

func main() {
	fillPool(4)
	defer func() {
		runtime.GC()
		trace(code(recover()))
	}()
	for i := 0; i < 1; i++ {
		defer func() {
			panic(2)
		}()
	}
	panic(1)
}
