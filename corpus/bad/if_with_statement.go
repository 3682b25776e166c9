// want 6:7 "nothing but a condition"

package main

func main() {
	if x := 1; x == 1 {
	}
}
