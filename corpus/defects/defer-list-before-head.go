// The copy adjusts the words of the newest record where they were, and then the head of the list. The record that has been moved
// still points to the old stack.

//quake:finds=defer-list-before-head
package main

func main() {
	for i := 0; i < 0; i++ {
		defer trace(3)
	}
	defer trace(1)
	defer trace(2)
	move()
}
