// The frame of faults was interrupted by a fault, and its only deferred call is running. Inside of that a second panic is in
// progress while the stack moves: p, an argument of faults, must move along.

//quake:finds=traceback-walks-panics
package main

func faults(p *int, np *int) {
	defer func() {
		panicsInside()
		*p = 42
		trace(code(recover()))
	}()
	*np = 5
}

func panicsInside() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	panic(2)
}

func main() {
	var v int
	faults(&v, nil)
	trace(v)
}
