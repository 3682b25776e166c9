// The stack moves while two panics are in progress. The link of the newer one moves with it.

//quake:finds=panic-link-not-mapped
package main

func main() {
	defer func() {
		move()
	}()
	defer func() {
		panic(2)
	}()
	panic(1)
}
