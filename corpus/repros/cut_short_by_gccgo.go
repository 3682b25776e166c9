// A call of a deferred call of Goexit panics and recovers. gccgo 12 never gets back from it.
//
// Output:
// recovered 1
// returned
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
		defer func() {
			try()
			fmt.Println("returned")
		}()
		runtime.Goexit()
	}()
	<-done
	fmt.Println("ended")
}

func try() {
	defer func() {
		fmt.Println("recovered", recover())
	}()
	panic(1)
}
