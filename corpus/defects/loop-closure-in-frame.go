// The closure is made in a loop, and called behind it.

//quake:finds=loop-closure-in-frame
package main

func main() {
	var f func()
	x := 7
	for i := 0; i < 2; i++ {
		f = func() {
			trace(x)
		}
	}
	f()
}
