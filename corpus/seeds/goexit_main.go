// main calls Goexit and nothing else is left.

//quake:stack=256 move=safepoint gc=none
package main

import "runtime"

func leave() {
	defer trace(2)
	runtime.Goexit()
	trace(100)
}

func main() {
	defer trace(1)
	leave()
	trace(200)
}
