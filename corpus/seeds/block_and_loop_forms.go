// Blocks, empty blocks, loops whose bound changes while they run, and loops that never run.

//quake:stack=512 move=none gc=none
package main

func main() {
	n := 3
	{
		{
		}
		n++
	}
	for i := 0; i < n; i++ {
		if i == 2 {
			n = 6
		}
		for j := i; j < 2; j++ {
			trace(10*i + j)
		}
	}
	for i := n; i < 3; i++ {
		trace(100)
	}
	if n == 7 {
	} else {
		trace(n)
	}
	var a [2]int
	_ = a
	_ = n + 1
	return
}
