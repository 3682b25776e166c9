// want 7:8 "write defer func() { ... }()"

package main

func main() {
	c := make(chan int)
	defer close(c)
}
