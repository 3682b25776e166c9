// The frame that recovers has a call left, and so the open record of the frame around is not given back.

//quake:finds=open-stale-when-frame-unfinished
package main

func inner() {
	for i := 0; i < 1; i++ {
		defer func() {
			panic(2)
		}()
	}
	panic(1)
}

func middle() {
	defer trace(1)
	defer func() {
		recover()
	}()
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
