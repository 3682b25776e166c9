// Two panics in a row in the deferred calls of a Goexit, the second of them recovered. Go 1.14 to 1.21 print as
// well that the goroutine has gone on.
//
// Output:
// recovered 2
// ended

package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		leave()
		fmt.Println("has gone on behind its Goexit")
	}()
	<-done
	fmt.Println("ended")
}

func leave() {
	defer func() {
		fmt.Println("recovered", recover())
	}()
	defer func() {
		panic(2)
	}()
	defer func() {
		panic(1)
	}()
	runtime.Goexit()
}
