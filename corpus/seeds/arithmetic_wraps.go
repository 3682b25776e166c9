// Sums, differences and products wrap around at 64 bits.

//quake:stack=512 move=none gc=none
package main

func main() {
	x := 9223372036854775807
	y := -9223372036854775808
	trace(x + 1)
	trace(y - 1)
	trace(x * x)
	trace(x * 2)
	trace(y * y)
	x++
	trace(x)
	x--
	trace(x)
	x += y
	trace(x)
	x -= y
	trace(x)
}
