// At the entry of makes the place of its result has the number that the call before has passed there.

//quake:move=prologue finds=result-live-at-entry
package main

func takes(x int) {
	trace(x)
}

func makes() *node {
	return nil
}

func main() {
	takes(7)
	makes()
}
