// want 6:18 "no address of a variable leaves its goroutine"

package main

func main() {
	c := make(chan *int)
	close(c)
}
