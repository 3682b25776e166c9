// The main function of a benchmark of operations on a Go toolchain. It prints the processor time of one operation, in
// nanoseconds, for each operation and size:
//
//	{"call/1": 1.2, …}
//
// The operations are in a source that gobench.py makes. Arguments are the operations to measure; without any, all are.
package main

import (
	"encoding/json"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"

	"quake/moved"
)

type quakeOperation struct {
	place   string
	operate func(times int)
}

const (
	quakeMinimum  = 20e6 // nanoseconds, as for the designs
	quakeMaxStack = 256 << 20
)

var quakePlaces [1 << 14]uintptr

// move copies the stack to another place.
func move() {
	moved.Move()
}

// frames walks over the stack.
func frames() int {
	return runtime.Callers(0, quakePlaces[:])
}

// quakeClock is the processor time of the process. It has that of the collector, too.
func quakeClock() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// quakeTime does an operation so many times on a new stack.
func quakeTime(operate func(times int), times int) int64 {
	done := make(chan int64)
	go func() {
		begin := quakeClock()
		operate(times)
		done <- quakeClock() - begin
	}()
	return <-done
}

func quakeMeasure(operate func(times int)) float64 {
	runtime.GC()
	quakeTime(operate, 1)
	for times := 1; ; {
		taken := quakeTime(operate, times)
		if taken >= quakeMinimum || times >= 1<<30 {
			return float64(taken) / float64(times)
		}
		if taken < quakeMinimum/100 {
			times *= 10
		} else {
			times = int(float64(times)*quakeMinimum/float64(taken)*1.2) + 1
		}
	}
}

// quakeWanted tells whether an operation is among those that are named.
func quakeWanted(place string) bool {
	for _, name := range os.Args[1:] {
		if name == place {
			return true
		}
	}
	return len(os.Args) == 1
}

func main() {
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(100)
	debug.SetMaxStack(quakeMaxStack)
	times := map[string]float64{}
	for _, one := range quakeOperations {
		if quakeWanted(one.place) {
			times[one.place] = quakeMeasure(one.operate)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(times); err != nil {
		os.Exit(3)
	}
}
