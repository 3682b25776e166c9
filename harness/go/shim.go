// The shim makes a program for a real Go toolchain (1.19 or later) out of a nest:
//
//	go run nest.go shim.go
//
// Every traced number is written at once to standard output as a line "T GOROUTINE NUMBER", so that a crash loses
// none. How the program ended is left to Go: its exit status and what it prints on standard error.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"unsafe"
)

type node struct {
	val        int
	next, peer *node
}

// Four times the largest stack a nest may ask of the reference runtime. Go's own limit of 1 GB takes seconds to fill.
const quakeMaxStackBytes = 64 << 20

// Words by which move grows the stack: more than a fresh stack of any size that Go's runtime starts with.
const quakeMoveWords = 4096

func init() {
	debug.SetMaxStack(quakeMaxStackBytes)
}

// trace appends x to the trace of the running goroutine.
func trace(x int) {
	os.Stdout.WriteString("T " + quakeGoroutine() + " " + strconv.Itoa(x) + "\n")
}

// quakeGoroutine takes the goroutine's number from where the runtime shows it: "goroutine 7 [running]:".
func quakeGoroutine() string {
	var buffer [64]byte
	n := runtime.Stack(buffer[:], false)
	return strings.Fields(string(buffer[:n]))[1]
}

// code tells what was panicked with; scripts/stackquake/go/crash.py reads the same texts from a crash.
func code(r any) int {
	switch v := r.(type) {
	case nil:
		return 0
	case int:
		return v
	case runtime.Error:
		return quakeErrorCode(v.Error())
	}
	return -9
}

func quakeErrorCode(text string) int {
	switch {
	case strings.Contains(text, "nil pointer dereference"):
		return -1
	case strings.Contains(text, "index out of range"):
		return -2
	case strings.Contains(text, "integer divide by zero"):
		return -3
	case strings.Contains(text, "closed channel"):
		return -5
	case strings.Contains(text, "close of nil channel"):
		return -6
	}
	return -9
}

// move has the stack copied where the toolchain can be brought to it: once when it grows, and once more when the
// collector finds it mostly empty.
func move() {
	grow(quakeMoveWords)
	shrink()
}

// grow uses n words of stack for a moment.
//
//go:noinline
func grow(n int) {
	if n < 1 {
		return
	}
	var words [64]int
	quakeTouch(&words)
	grow(n - len(words))
	quakeTouch(&words)
}

//go:noinline
func quakeTouch(words *[64]int) {
	words[0]++
}

// shrink collects, which halves the stacks that use at most a quarter of their size.
func shrink() {
	runtime.GC()
}

// quakeOwn has the functions of this package that no nest has and that may be on the stack when one is counted.
var quakeOwn = map[string]bool{"main.frames": true, "main.quakeCallers": true}

// frames counts the nest's own functions on the stack. The wrappers that the compiler makes for deferred and go
// calls with arguments are hidden by runtime.Callers.
func frames() int {
	walk := runtime.CallersFrames(quakeCallers())
	count := 0
	for more := true; more; {
		var frame runtime.Frame
		frame, more = walk.Next()
		if strings.HasPrefix(frame.Function, "main.") && !quakeOwn[frame.Function] {
			count++
		}
	}
	return count
}

func quakeCallers() []uintptr {
	for size := 64; ; size *= 2 {
		pcs := make([]uintptr, size)
		if n := runtime.Callers(0, pcs); n < size {
			return pcs[:n]
		}
	}
}

// addr does not make p escape: what it points to stays on the stack.
//
//go:noinline
func addr(p *int) int {
	return int(uintptr(unsafe.Pointer(p)))
}
