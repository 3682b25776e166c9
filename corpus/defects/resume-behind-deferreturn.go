// main goes on at its deferreturn when the second deferred call has recovered, and runs the first.

//quake:finds=resume-behind-deferreturn
package main

func main() {
	defer trace(1)
	defer func() {
		recover()
	}()
	panic(2)
}
