// A wrapper calls f for the panic. The next deferred call is called without a wrapper, and recovers.

//quake:finds=argp-set-once
package main

func f(x int) {
	trace(x)
}

func main() {
	defer func() {
		recover()
	}()
	defer f(1)
	panic(2)
}
