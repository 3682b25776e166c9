// want 6:5 "a call or a receive stands alone"

package main

func main() {
	if frames() == 1 {
	}
}
