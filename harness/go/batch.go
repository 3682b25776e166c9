// The main function of a program of many nests. It runs the nest with the given number:
//
//	./batch 17
//
// Each nest runs in a process of its own, because the way in which a nest ends also ends its process. The table of
// nests is in the source that pack_nests makes.
package main

import (
	"os"
	"strconv"
)

func init() {
	quakeOwn["main.main"] = true
}

func main() {
	number, err := strconv.Atoi(os.Args[1])
	if err != nil {
		os.Exit(2)
	}
	quakeNests[number]()
}
