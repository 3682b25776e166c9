// result is 42 when result has recovered from its panic. Go 1.25 to 1.27 return 13: the collection frees y before
// it is returned, and something else gets its place.
//
// Output:
// 42

package main

import (
	"fmt"
	"runtime"
)

var (
	place *int
	pairs [1000]*[2]int
)

func main() {
	fmt.Println(result(1))
}

//go:noinline
func result(x int) (y int) {
	defer func() {
		runtime.GC()
		for i := range pairs {
			pairs[i] = &[2]int{1, 13}
		}
		recover()
	}()
	share(&x, &y)
	y = 42
	panic(1)
}

// share has x and y live in the heap.
//
//go:noinline
func share(x, y *int) {
	place = x
	place = y
	place = nil
}
