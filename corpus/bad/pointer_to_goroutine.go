// want 9:5 "not a *int"

package main

func f(p *int) {}

func main() {
	x := 1
	go f(&x)
}
