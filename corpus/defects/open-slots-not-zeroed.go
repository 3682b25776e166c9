// The defer statement is not reached. Its slot has a number that an earlier call has left there.

//quake:finds=open-slots-not-zeroed
package main

func fill() {
	var a [32]int
	for i := 0; i < 32; i++ {
		a[i] = 7
	}
}

func done() {
}

func maybe(x int) {
	if x > 0 {
		defer done()
	}
	move()
}

func main() {
	fill()
	maybe(0)
}
