// The stack grows, and the goroutine goes on marked as waiting. It can neither let others run nor wait.

//quake:finds=newstack-forgets-status
package main

import "runtime"

func main() {
	grow(1000)
	runtime.Gosched()
	trace(7)
}
