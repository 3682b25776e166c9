// After a recover a function returns its named result as the deferred calls leave it.

//quake:stack=512 move=call gc=none
package main

func body(k int) (r int) {
	defer func() {
		r = r * 10
	}()
	defer func() {
		k = code(recover())
		r += k
	}()
	r = k
	if k > 2 {
		panic(4)
	}
	return k + 100
}

func main() {
	trace(body(1))
	trace(body(3))
}
