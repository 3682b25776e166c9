// A fault has interrupted a function that defers nothing: it will never go on, and none of its words is live, whatever the map
// of a call in it says.

//quake:finds=faulted-frame-live
package main

func faults(p *int) {
	trace(1)
	*p = 2
}

func main() {
	defer func() {
		move()
		trace(code(recover()))
	}()
	faults(nil)
}
