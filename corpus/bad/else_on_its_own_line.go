// want 9:2 "it stands on the line of the } before it"

package main

func main() {
	x := 1
	if x < 1 {
	}
	else {
	}
}
