// want 6:6 "range is not in the language; the only loop is"

package main

func main() {
	for range 10 {
	}
}
