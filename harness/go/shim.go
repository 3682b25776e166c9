// The shim turns a nest into a program for a real Go toolchain (1.19 or later):
//
//	go run nest.go shim.go
//
// Every traced number is written to standard output at once, as a line "T GOROUTINE NUMBER", so that a crash loses
// none. The shim does not report how the program ends: Go's exit status and standard error show that.
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

// Four times the largest stack that a nest may use on the reference runtime. Go's own limit of 1 GB takes seconds to fill.
const quakeMaxStackBytes = 64 << 20

// The words by which move grows the stack: more than any stack that Go's runtime gives a new goroutine.
const quakeMoveWords = 4096

func init() {
	debug.SetMaxStack(quakeMaxStackBytes)
}

// trace appends x to the trace of the running goroutine.
func trace(x int) {
	os.Stdout.WriteString("T " + quakeGoroutine() + " " + strconv.Itoa(x) + "\n")
}

// quakeGoroutine reads the goroutine's number from the runtime's stack trace: "goroutine 7 [running]:".
func quakeGoroutine() string {
	var buffer [64]byte
	n := runtime.Stack(buffer[:], false)
	return strings.Fields(string(buffer[:n]))[1]
}

// code returns a number for the value of a panic. scripts/stackquake/go/crash.py finds the same texts in a crash.
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

// move makes the toolchain copy the stack, if it can: once by growing it, and once more when the collector finds the
// stack mostly empty.
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

// shrink collects. A collection halves every stack of which at most a quarter is used.
func shrink() {
	runtime.GC()
}

// quakeOwn has the functions of the shim that may be on the stack when frames counts the nest's functions.
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

// addr does not make p escape, so the target of p stays on the stack.
//
//go:noinline
func addr(p *int) int {
	return int(uintptr(unsafe.Pointer(p)))
}
