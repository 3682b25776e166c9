// Panicking with an any that is nil ends what can be compared: Go changed what it means.

//quake:stack=512 move=none gc=none
package main

func main() {
	r := recover()
	trace(1)
	panic(r)
}
