// Reading through a nil *int, recovered by nobody, ends the program.

//quake:stack=512 move=call gc=none
package main

func main() {
	var p *int
	trace(1)
	trace(*p)
}
