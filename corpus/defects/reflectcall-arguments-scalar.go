// The record lies in the frame of main, which moves when reflectcall begins. The arguments are copied from where they are now.

//quake:finds=reflectcall-arguments-scalar move=prologue
package main

func f(p *int) {
	trace(*p)
}

func main() {
	x := 1
	defer f(&x)
	panic(2)
}
