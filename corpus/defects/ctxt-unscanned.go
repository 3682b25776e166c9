// The closure lies in the heap, and when its function stands at the entry, only the goroutine's register names it.

//quake:gc=safepoint finds=ctxt-unscanned
package main

func main() {
	var g func()
	x := 7
	for i := 0; i < 1; i++ {
		g = func() {
			trace(x)
		}
	}
	g()
}
