// A Goexit in a deferred call of a panic goes on after a recover, and runs what main has deferred.

//quake:stack=2048 move=none gc=none
package main

import "runtime"

func main() {
	defer func() {
		trace(3)
	}()
	leave()
}

func leave() {
	defer func() {
		trace(code(recover()))
	}()
	defer func() {
		for i := 0; i < 1; i++ {
			defer func() {
				panic(2)
			}()
		}
		runtime.Goexit()
	}()
	panic(1)
}
