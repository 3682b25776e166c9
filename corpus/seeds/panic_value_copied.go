// What recover returned is copied to a captured variable and panicked with again.

//quake:stack=256 move=call gc=safepoint
package main

func main() {
	var kept any
	defer func() {
		trace(code(recover()))
		trace(code(kept))
	}()
	func() {
		defer func() {
			r := recover()
			kept = r
			if kept != nil {
				panic(r)
			}
		}()
		panic(12)
	}()
}
