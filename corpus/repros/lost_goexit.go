// Two panics in a row in the deferred calls of a Goexit, the second of them recovered. Go 1.19 and 1.21 also print
// that the goroutine has gone on.
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
