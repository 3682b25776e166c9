// want 8:10 "may not be captured"

package main

func main() {
	for i := 0; i < 3; i++ {
		func() {
			trace(i)
		}()
	}
}
