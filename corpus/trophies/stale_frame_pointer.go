// A function without deferred calls faults, and its caller recovers, panics again and waits.

//quake:stack=2048 move=none gc=none
package main

func fail(p *int) {
	trace(1)
	*p = 2
}

func again(k int) {
	defer func() {
		_ = recover()
	}()
	panic(k)
}

func wait(done chan int) {
	done <- 3
}

func main() {
	done := make(chan int)
	x := 0
	defer func() {
		trace(code(recover()))
		for i := 0; i < 4; i++ {
			again(i)
			go wait(done)
			x = <-done
		}
		trace(x)
	}()
	fail(nil)
}
