// The result lies in the heap, because a literal in a loop captures it. After the panic only the function's end uses
// its address.

//quake:gc=safepoint finds=heap-result-address-dead
package main

func fails() (r int) {
	for i := 0; i < 1; i++ {
		defer func() {
			r = code(recover())
		}()
	}
	panic(7)
}

func main() {
	x := fails()
	trace(x)
}
