// The recovery unwinds a panic, an older one and a Goexit, and forgets the Goexit: main returns.

//quake:finds=goexit-lost-on-chained-panics
package main

import "runtime"

func main() {
	defer func() {
		recover()
	}()
	defer func() {
		panic(2)
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}
