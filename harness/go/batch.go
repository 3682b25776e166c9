// The main function of many nests in one program, of which it runs the one whose number it is given:
//
//	./batch 17
//
// Each run is a process of its own, as how a nest ends is how its process ends. The table of nests comes with the
// source that pack_nests makes.
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
