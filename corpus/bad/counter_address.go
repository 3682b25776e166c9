// want 8:13 "may not have its address taken"

package main

func main() {
	for i := 0; i < 3; i++ {
		trace(1)
		_ = addr(&i)
	}
}
