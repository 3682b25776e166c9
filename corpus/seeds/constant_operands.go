// Each operator with a literal operand, and comparisons with literals as conditions.

//quake:stack=256 move=call gc=none
package main

func main() {
	x := 13
	trace(x & 6)
	trace(x | 18)
	trace(x ^ 6)
	trace(6 & x)
	trace(x - 20)
	trace(20 - x)
	trace(x * -3)
	trace(x / 4)
	trace(x % 4)
	for i := 11; i < 15; i++ {
		if i <= 12 {
			trace(1)
		}
		if i > 12 && i < 14 {
			trace(2)
		}
		if !(i >= 13) || i == 14 {
			trace(3)
		}
	}
}
