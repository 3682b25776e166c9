// want 6:2 "needs import"

package main

func main() {
	runtime.GC()
}
