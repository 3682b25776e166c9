// The value of the panic is an object that only the Panic names. A collection must find it there.

//quake:finds=panic-value-not-mapped
package main

import "runtime"

func main() {
	defer func() {
		runtime.GC()
	}()
	panic(1)
}
