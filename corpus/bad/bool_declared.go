// want 6:10 "there is no bool"

package main

func main() {
	done := false
	trace(done)
}
