// A pointer into an outer frame while the stack grows for a deep recursion and shrinks again.

//quake:stack=256 move=none gc=none
package main

func deep(n int) int {
	if n == 0 {
		return 0
	}
	r := deep(n - 1)
	return r + 1
}

func main() {
	var x int
	p := &x
	for i := 0; i < 4; i++ {
		*p = *p + i
		_ = deep(30)
		shrink()
		*p = *p + 10
		shrink()
	}
	trace(x)
	trace(deep(30))
}
