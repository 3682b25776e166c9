// f is deferred with an argument, so a wrapper calls it. It recovers.

//quake:finds=wrapper-hides-recover
package main

func f(x int) {
	recover()
	trace(x)
}

func main() {
	defer f(1)
	panic(2)
}
