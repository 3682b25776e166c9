// Two records lie in the frame of main. A copy adjusts the newer one but its link, so the list goes on in the old stack.

//quake:finds=defer-link-not-adjusted
package main

func main() {
	defer trace(1)
	defer trace(2)
	move()
}
