// A panic can be recovered once.

//quake:finds=recover-twice
package main

func main() {
	defer func() {
		trace(code(recover()))
		trace(code(recover()))
	}()
	panic(1)
}
