// Collections at chosen safepoints only, with nodes that come and go between them.

//quake:stack=1024 move=none gc=at:1,4,5,9,16,25
package main

func main() {
	var keep *node
	var p *int
	for i := 0; i < 8; i++ {
		keep = &node{val: i, next: keep}
		p = &keep.val
		if i == 4 {
			keep = nil
		}
	}
	trace(*p)
	keep = keep.next
	trace(keep.val)
	keep = keep.next
	trace(keep.val)
}
