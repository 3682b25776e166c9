// helper is called by the deferred function, and must not recover.

//quake:finds=recover-at-any-depth
package main

func helper() {
	recover()
}

func main() {
	defer func() {
		helper()
	}()
	panic(1)
}
