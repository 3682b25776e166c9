// The closure of a deferred call lies on the stack. After the copy the panic looks for it on the old one.

//quake:finds=open-slots-not-live
package main

func main() {
	x := 7
	defer func() {
		trace(code(recover()))
		trace(x)
	}()
	move()
	panic(1)
}
