// want 6:8 "write () behind the literal"

package main

func main() {
	defer func() {
	}
}
