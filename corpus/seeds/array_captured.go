// A literal indexes an array that it captured, and takes the address of an element.

//quake:stack=256 move=safepoint gc=none
package main

func main() {
	var a [4]int
	k := 2
	f := func() {
		a[k] = 5
		x := a[k]
		j := k - 1
		p := &a[j]
		*p = *p + x
		trace(*p)
		k++
	}
	f()
	trace(a[1])
	f()
	trace(a[2])
	trace(a[3])
	defer func() {
		trace(code(recover()))
		trace(a[3])
	}()
	f()
}
