// want 6:2 "begins with quake"

package main

func main() {
	quaked := 1
	trace(quaked)
}
