// want 7:9 "type assertions are not in the language; code(x)"

package main

func main() {
	r := recover()
	x := r.(int)
	trace(x)
}
