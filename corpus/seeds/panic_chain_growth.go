// Four panics nested in each other's deferred calls; in each of them the stack grows and is walked.

//quake:stack=512 move=none gc=none
package main

import "runtime"

func deeper(n int, f func()) {
	var pad [12]int
	pad[11] = n
	if n > 0 {
		deeper(n-1, f)
		return
	}
	f()
}

func main() {
	defer func() {
		grow(100)
		runtime.GC()
		deeper(3, func() {
			defer func() {
				grow(400)
				runtime.GC()
				deeper(5, func() {
					defer func() {
						grow(1600)
						runtime.GC()
						deeper(7, func() {
							defer func() {
								grow(6400)
								trace(frames())
								trace(code(recover()))
								runtime.GC()
							}()
							panic(4)
						})
						trace(frames())
						trace(code(recover()))
					}()
					panic(3)
				})
				trace(frames())
				trace(code(recover()))
			}()
			panic(2)
		})
		trace(frames())
		trace(code(recover()))
	}()
	panic(1)
}
