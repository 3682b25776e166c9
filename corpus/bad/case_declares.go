// want 8:9 "a case declares nothing"

package main

func main() {
	c := make(chan int, 1)
	select {
	case v := <-c:
		trace(v)
	}
}
