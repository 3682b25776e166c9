// Two frames have records on the list. The panic of the inner one runs its own deferred call first.

//quake:finds=next-frame-of-oldest-record
package main

func f() {
	for i := 0; i < 1; i++ {
		defer trace(2)
	}
	g()
}

func g() {
	panic(1)
}

func main() {
	for i := 0; i < 1; i++ {
		defer trace(3)
	}
	f()
}
