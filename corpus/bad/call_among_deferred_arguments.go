// want 6:14 "a call or a receive stands alone"

package main

func main() {
	defer trace(frames())
}
