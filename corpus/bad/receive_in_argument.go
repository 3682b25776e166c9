// want 6:8 "a call or a receive stands alone"

package main

func f(c chan int) {
	trace(<-c)
}

func main() {}
