// A result shares its place in the heap with a parameter. The collection frees both before the result is read.

//quake:stack=2048
package main

func main() {
	y := result(1)
	trace(y)
}

func result(x int) (y int) {
	defer func() {
		shrink()
		for i := 0; i < 1000; i++ {
			fill(1)
		}
		recover()
	}()
	func() {
		for i := 0; i < 1; i++ {
			defer func() {
				x = 2
				y = 42
			}()
		}
	}()
	panic(1)
}

func fill(x int) (y int) {
	for i := 0; i < 1; i++ {
		defer func() {
			x = 1
			y = 13
		}()
	}
	return 13
}
