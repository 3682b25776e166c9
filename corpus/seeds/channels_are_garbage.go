// Channels with large buffers become garbage until a collection begins that nothing has forced.

//quake:stack=512 move=none gc=none
package main

func main() {
	var c chan int
	var x int
	sum := 0
	for i := 0; i < 600; i++ {
		c = make(chan int, 1024)
		c <- i
		x = <-c
		sum = sum + x
	}
	trace(sum)
}
