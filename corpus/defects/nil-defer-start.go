// A panic starts the deferred call of a nil func(): that is another panic, which takes the place of the first.

//quake:finds=nil-defer-start
package main

func main() {
	defer func() {
		trace(code(recover()))
	}()
	var f func()
	defer f()
	panic(1)
}
