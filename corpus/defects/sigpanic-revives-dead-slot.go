// A fault has interrupted a function whose deferred call will recover. n was live when the call was deferred, and is dead where
// the function will go on.

//quake:finds=sigpanic-revives-dead-slot
package main

func faults(p *int) {
	n := &node{val: 1}
	defer func() {
		move()
		trace(code(recover()))
	}()
	trace(n.val)
	*p = 2
}

func main() {
	faults(nil)
}
