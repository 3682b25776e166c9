// want 5:6 "a frame of 4097 words"

package main

func f(x int) {
	var a0 [1024]int
	_ = a0
	var a1 [1024]int
	_ = a1
	var a2 [1024]int
	_ = a2
	var a3 [1024]int
	_ = a3
}

func main() {}
