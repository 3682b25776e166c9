// want 10:11 "a literal in a loop may not capture a *int"

package main

func main() {
	x := 1
	p := &x
	for i := 0; i < 3; i++ {
		defer func() {
			trace(*p)
		}()
	}
}
