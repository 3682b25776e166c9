// want 6:9 "no result"

package main

func main() {
	return 1
}
