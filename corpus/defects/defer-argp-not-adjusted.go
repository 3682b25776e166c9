// The stack moves. Its deferred call is main's where main is now.

//quake:finds=defer-argp-not-adjusted
package main

func main() {
	for i := 0; i < 1; i++ {
		defer trace(1)
	}
	move()
}
