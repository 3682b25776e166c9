// The first record lies in the heap, as its defer statement is in a loop. Only the link of the second record, which lies in the
// frame, leads to it. A collection frees it.

//quake:finds=frame-record-link-unscanned
package main

import "runtime"

func main() {
	for i := 0; i < 1; i++ {
		defer trace(1)
	}
	defer trace(2)
	runtime.GC()
}
