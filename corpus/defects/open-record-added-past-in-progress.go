// A panic within a deferred call of middle makes a record for outer, which nobody gives back when middle has recovered.

//quake:finds=open-record-added-past-in-progress
package main

func within() {
	defer func() {
		recover()
	}()
	defer func() {
		panic(3)
	}()
	panic(2)
}

func middle() {
	defer within()
	defer func() {
		recover()
	}()
	panic(1)
}

func outer() {
	defer trace(1)
	middle()
}

func main() {
	outer()
	move()
}
