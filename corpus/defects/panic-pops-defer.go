// A panic starts a deferred call, and the stack moves as reflectcall makes its frame: the address among the arguments must
// have moved along.

//quake:move=prologue finds=panic-pops-defer
package main

func set(p *int) {
	*p = 42
}

func main() {
	var y int
	defer func() {
		trace(code(recover()))
		trace(y)
	}()
	defer set(&y)
	panic(1)
}
