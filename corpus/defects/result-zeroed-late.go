// The parameter moves to the heap, because a literal in a loop captures it. At that allocation the place of the
// result has a number that the call before has passed.

//quake:gc=alloc finds=result-zeroed-late
package main

func takes(x int, y int) {
	trace(x + y)
}

func makes(x int) *node {
	for i := 0; i < 1; i++ {
		func() {
			trace(x)
		}()
	}
	return nil
}

func main() {
	takes(1, 7)
	makes(2)
}
