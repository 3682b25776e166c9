// want 6:2 "switch, which is not in the language"

package main

func main() {
	switch {
	}
}
