// fail has panicked, main has recovered: fail is no longer running when main's first deferred call runs. Go shows
// its inlined frame all the same, unless it is built with -gcflags=-l.
//
// Output:
// main.count
// main.main

package main

import (
	"fmt"
	"runtime"
	"strings"
)

func main() {
	defer count()
	defer func() {
		recover()
	}()
	fail()
}

func fail() {
	panic(1)
}

func count() {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasPrefix(frame.Function, "main.") {
			fmt.Println(frame.Function)
		}
	}
}
