// And, or and exclusive or of negative numbers, with Go's precedences and with parentheses.

//quake:stack=512 move=none gc=none
package main

func main() {
	a := 12
	b := -7
	c := 5
	trace(a & b)
	trace(a | b)
	trace(a ^ b)
	trace(a&b | c ^ a + b*c)
	trace(a & (b | c))
	trace((a + b) * (c - a))
	trace(a - (b - c))
	trace(a - b - c)
	trace(a ^ -1)
}
