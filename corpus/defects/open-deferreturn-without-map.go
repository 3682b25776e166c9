// A fault interrupts a function that defers. Its frame is read by the map of the place where a recovery would resume
// it.

//quake:finds=open-deferreturn-without-map
package main

func faults(p *int) {
	defer func() {
		move()
		trace(code(recover()))
	}()
	*p = 2
}

func main() {
	faults(nil)
}
