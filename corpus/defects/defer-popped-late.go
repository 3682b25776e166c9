// A panic runs a deferred call that panics, from a record. The call is over then, and not to be run again.

//quake:finds=defer-popped-late
package main

func main() {
	for i := 0; i < 1; i++ {
		defer func() {
			panic(2)
		}()
	}
	panic(1)
}
