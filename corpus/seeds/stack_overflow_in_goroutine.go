// A goroutine's recursion passes the limit while its deferred calls pile up; main only waits.

//quake:stack=512 move=none gc=none limit=8192
package main

func down(c chan int, n int) {
	defer trace(n)
	down(c, n+1)
}

func main() {
	c := make(chan int)
	trace(1)
	go down(c, 0)
	<-c
}
