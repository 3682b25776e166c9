// Shifts by 0 to 63; a right shift keeps the sign, a left shift drops what passes the top.

//quake:stack=256 move=prologue gc=none
package main

func main() {
	x := -5
	y := 3
	trace(x >> 1)
	trace(x >> 63)
	trace(x >> 0)
	trace(x << 2)
	trace(y << 62)
	trace(y << 63)
	trace(y >> 1)
	trace(x << 3 & y)
	trace(y<<4 | y)
}
