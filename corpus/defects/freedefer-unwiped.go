// A deferred call has run, and its record lies in a pool, still with its closure. The next collection scans the pool,
// and keeps closure and variable.

//quake:finds=freedefer-unwiped
package main

import "runtime"

func work() {
	n := 1
	for i := 0; i < 1; i++ {
		defer func() {
			trace(n)
		}()
	}
}

func main() {
	work()
	runtime.GC()
}
