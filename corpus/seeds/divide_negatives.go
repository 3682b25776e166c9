// Division rounds toward zero, a remainder has the dividend's sign, and the least number by -1 wraps.

//quake:stack=512 move=none gc=none
package main

func both(a int, b int) {
	trace(a / b)
	trace(a % b)
}

func main() {
	least := -9223372036854775808
	both(7, 2)
	both(-7, 2)
	both(7, -2)
	both(-7, -2)
	both(least, -1)
	both(least, 3)
	both(0, -9)
	trace(least / 10)
	trace(least % -10)
}
