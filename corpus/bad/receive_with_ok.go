// want 7:3 "a receive gives one value"

package main

func main() {
	c := make(chan int, 1)
	v, ok := <-c
	trace(v + ok)
}
