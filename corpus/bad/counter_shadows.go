// want 7:6 "would shadow"

package main

func main() {
	i := 1
	for i := 0; i < 3; i++ {
	}
	trace(i)
}
