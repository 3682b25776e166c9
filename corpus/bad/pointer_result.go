// want 5:10 "it is int or *node"

package main

func f() *int {
	return nil
}

func main() {}
