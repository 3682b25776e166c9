// The first defer statement is not reached. The panic runs the call of the second.

//quake:finds=open-slots-counted
package main

func main() {
	x := 0
	if x != 0 {
		defer trace(1)
	}
	defer trace(2)
	panic(3)
}
