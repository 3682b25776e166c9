// sum loads from a nil pointer, so it panics. Go 1.21 to 1.24 return 7: the load, and the check for nil with it,
// stand in the only branch that uses its value.
//
// Output:
// recovered runtime error: invalid memory address or nil pointer dereference

package main

import "fmt"

func main() {
	defer func() {
		fmt.Println("recovered", recover())
	}()
	fmt.Println(sum(nil, 0))
}

func sum(p *int, k int) int {
	y := 7
	x := *p
	if k > 0 {
		y = sum(p, k-1) + x
	}
	return y
}
