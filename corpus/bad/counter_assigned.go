// want 7:3 "only its loop changes it"

package main

func main() {
	for i := 0; i < 3; i++ {
		i = 2
	}
}
