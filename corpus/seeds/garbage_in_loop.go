// A loop makes a node a turn and keeps every third; the others are freed under it.

//quake:stack=512 move=none gc=alloc place=reuse
package main

func main() {
	var kept *node
	var last *node
	for i := 0; i < 12; i++ {
		last = &node{val: i, peer: last}
		last.peer = nil
		if i%3 == 0 {
			kept = &node{val: 1, next: kept, peer: last}
		}
	}
	for i := 0; i < 4; i++ {
		last = kept.peer
		trace(last.val)
		kept = kept.next
	}
}
