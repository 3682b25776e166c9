// A panic that a goroutine does not recover ends the program, whatever main waits for.

//quake:stack=512 move=call gc=none
package main

func worker(c chan int, k int) {
	defer func() {
		trace(k)
	}()
	panic(k)
}

func main() {
	c := make(chan int)
	defer trace(100)
	go worker(c, 9)
	<-c
}
