// want 6:7 "the only literal with braces is &node"

package main

func main() {
	p := &point{1, 2}
}
