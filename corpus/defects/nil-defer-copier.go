// A nil func() may be deferred. A copy must pass its record over, except for argp; calling it is what faults.

//quake:finds=nil-defer-copier
package main

func main() {
	defer func() {
		trace(code(recover()))
	}()
	var f func()
	defer f()
	move()
}
