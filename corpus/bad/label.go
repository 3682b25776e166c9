// want 6:6 "labels are not in the language"

package main

func main() {
	loop:
	for i := 0; i < 3; i++ {
	}
}
