// Literals that stand in a loop share a variable that lives in a heap box.

//quake:stack=256 move=prologue gc=alloc
package main

func body(n int) int {
	x := 1
	keep := &node{val: 5}
	for i := 0; i < n; i++ {
		defer func() {
			x = x*3 + keep.val
			trace(x)
		}()
		func(k int) {
			x += k
			keep = &node{val: k, next: keep}
		}(i)
	}
	return x
}

func main() {
	trace(body(4))
	trace(body(0))
}
