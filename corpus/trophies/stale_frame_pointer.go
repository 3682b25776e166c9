// A function without deferred calls faults, and its caller recovers and waits.

//quake:stack=2048 move=none gc=none
package main

func wait(done chan int) {
	done <- 1
}

func fail(p *int) {
	trace(1)
	*p = 1
}

func main() {
	done := make(chan int)
	defer func() {
		trace(code(recover()))
		go wait(done)
		x := <-done
		trace(x)
	}()
	fail(nil)
}
