// fail panics and recovers before fails has used its array. Go 1.22 to 1.27 die of "found bad pointer in Go heap":
// the collection takes the array for live, where pointers to nodes lie that have been freed.
//
// Output:
// ended

package main

import (
	"fmt"
	"runtime"
)

type node struct {
	next *node
	room [10]int
}

var (
	list  *node
	index int
)

func main() {
	var room [4096]int // keeps the stack from being halved, which would leave the pointers behind
	room[index&1] = 1
	for i := 0; i < 5000; i++ {
		list = &node{next: list}
	}
	fill(64)
	list = nil
	runtime.GC()
	fails()
	fmt.Println("ended")
	index = room[1]
}

// fill leaves pointers to nodes on the stack, where fails will have its array.
//
//go:noinline
func fill(depth int) {
	var pointers [64]*node
	for i := range pointers {
		pointers[i] = list
		list = list.next
	}
	if depth > 0 {
		fill(depth - 1)
	}
	list = pointers[index&63]
}

//go:noinline
func fails() {
	fail()
	var array [1024]*node
	pointer := &array
	pointer[index&1023] = list
	list = pointer[(index+1)&1023]
}

//go:noinline
func fail() {
	defer func() {
		runtime.GC()
		recover()
	}()
	panic(1)
}
