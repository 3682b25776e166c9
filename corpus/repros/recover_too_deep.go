// helper was not deferred, so its recover returns nil. In Go 1.22 to 1.25 it recovers: what fail has deferred is
// inlined into a function of its own.
//
// Output:
// helper recovered <nil>
// main recovered 2

package main

import "fmt"

func main() {
	defer func() {
		fmt.Println("main recovered", recover())
	}()
	fail()
}

func fail() {
	defer deferred(1)
	panic(2)
}

func deferred(int) {
	helper()
}

func helper() {
	fmt.Println("helper recovered", recover())
}
