// A panic runs a deferred call that panics. The call is over then, and not to be run again.

//quake:finds=open-bit-cleared-late
package main

func main() {
	defer func() {
		panic(2)
	}()
	panic(1)
}
