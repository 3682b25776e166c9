// A Goexit in a deferred call of a panic. Go 1.19 and 1.21 leave out the deferred call of the goroutine's function.
// A mutex that this call unlocks would stay locked.
//
// Output:
// recovered 2
// deferred
// ended

package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	go func() {
		defer fmt.Println("deferred")
		leave()
	}()
	time.Sleep(time.Second)
	fmt.Println("ended")
}

func leave() {
	defer func() {
		fmt.Println("recovered", recover())
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
