// want 6:2 "at least one case"

package main

func main() {
	select {
	}
}
