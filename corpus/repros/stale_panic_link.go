// All panics of try are recovered. Go 1.22 to 1.27 crash all the same in some runs, in one of two ways.
//
// Output:
// recovered runtime error: invalid memory address or nil pointer dereference
// recovered 4
// ended

package main

import (
	"fmt"
	"runtime"
)

func main() {
	try()
	func() {
		defer func() {
			fmt.Println("recovered", recover())
		}()
		panic(4)
	}()
	fmt.Println("ended")
}

func try() {
	defer func() {
		grow(100)
		runtime.GC()
		grow(1000)
		fmt.Println("recovered", recover())
	}()
	var f func()
	defer f()
	defer func() {
		panic(2)
	}()
	panic(1)
}

// grow moves the stack, as it needs n KB of it.
func grow(n int) {
	var space [1024]byte
	if n > 0 {
		grow(n - 1)
	}
	use(&space)
}

//go:noinline
func use(space *[1024]byte) {
	space[0]++
}
