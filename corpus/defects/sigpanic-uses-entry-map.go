// A fault has interrupted a function whose deferred call will recover. The function will go on at its deferreturn, where n is
// live. At its entry nothing was.

//quake:finds=sigpanic-uses-entry-map
package main

func faults(p *int) {
	n := &node{val: 1}
	defer func() {
		move()
		trace(code(recover()))
		trace(n.val)
	}()
	*p = 2
}

func main() {
	faults(nil)
}
