// want 6:2 "switch is not in the language; write if"

package main

func main() {
	switch {
	}
}
