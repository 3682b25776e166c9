// A literal three deep reaches variables, a parameter and a result of the functions around it.

//quake:stack=256 move=prologue gc=alloc
package main

func outer(a int) (r int) {
	func() {
		b := a * 10
		func(c int) {
			defer func() {
				r += a + b + c
				b = 0
				a++
			}()
			grow(300)
		}(b * 10)
		trace(b)
	}()
	return r + a
}

func main() {
	trace(outer(3))
}
