// A deferred call that a panic runs calls Goexit: it is over then, and not to be run again.

//quake:finds=goexit-reruns-started
package main

import "runtime"

func main() {
	defer func() {
		trace(1)
		runtime.Goexit()
	}()
	panic(1)
}
