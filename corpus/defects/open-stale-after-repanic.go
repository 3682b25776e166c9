// A second panic has made a second open record. The recovery gives one back, and the other outlives its frame.

//quake:finds=open-stale-after-repanic
package main

func inner() {
	for i := 0; i < 1; i++ {
		defer func() {
			recover()
		}()
		defer func() {
			panic(2)
		}()
	}
	panic(1)
}

func middle() {
	defer trace(1)
	inner()
}

func outer() {
	defer trace(2)
	middle()
}

func main() {
	outer()
	move()
}
