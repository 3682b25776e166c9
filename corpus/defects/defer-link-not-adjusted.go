// Two records lie in the frame of main. A copy adjusts the newer one but its link, so the list goes on in the old stack.

//quake:finds=defer-link-not-adjusted
package main

func main() {
	for i := 0; i < 0; i++ {
		defer trace(3)
	}
	defer trace(1)
	defer trace(2)
	move()
}
