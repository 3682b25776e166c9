// Two panics follow each other below a Goexit before one is recovered. The Goexit goes on all the same.

//quake:finds=goexit-lost-on-chained-panics
package main

import "runtime"

func main() {
	inner()
	trace(1)
}

func inner() {
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
