// The newest record lies in the frame of main, which moves. So does the head of the list.

//quake:finds=gdefer-not-adjusted
package main

func main() {
	for i := 0; i < 0; i++ {
		defer trace(1)
	}
	defer trace(2)
	move()
}
