// A deferred call recovers below a Goexit, which goes on. It is still in progress when main's deferred call collects.

//quake:finds=goexit-unlinked-by-recovery
package main

import "runtime"

func main() {
	defer func() {
		runtime.GC()
	}()
	inner()
}

func inner() {
	defer func() {
		recover()
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}
