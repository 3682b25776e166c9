// Elements at constant and computed places, and the fault of a place beyond either end.

//quake:stack=512 move=prologue gc=none
package main

func at(i int) int {
	var a [6]int
	defer func() {
		trace(code(recover()))
	}()
	for j := 0; j < 6; j++ {
		a[j] = j * j
	}
	a[i] = a[i] + 100
	return a[i]
}

func main() {
	trace(at(0))
	trace(at(5))
	trace(at(6))
	trace(at(-1))
}
