// fill leaves numbers where the record of f comes to lie. The stack moves while the record is on the list.

//quake:finds=frame-record-panic-unset
package main

func main() {
	fill()
	f()
}

func fill() {
	var a [32]int
	for i := 0; i < 32; i++ {
		a[i] = 7
	}
	trace(a[1])
}

func f() {
	defer trace(1)
	move()
}
