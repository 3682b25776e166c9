// want 7:3 "break is not in the language"

package main

func main() {
	for i := 0; i < 3; i++ {
		break
	}
}
