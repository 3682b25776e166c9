// want 8:4 "runtime.Goexit is only called"

package main

import "runtime"

func main() {
	f(runtime.Goexit)
}

func f(g func()) {
	g()
}
