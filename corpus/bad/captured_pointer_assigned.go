// want 8:3 "may not assign to a captured *int"

package main

func main() {
	var p *int
	func() {
		p = nil
	}()
	_ = p
}
