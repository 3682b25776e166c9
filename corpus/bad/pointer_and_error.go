// want 5:11 "a function has at most one result"

package main

func f() (*node, error) {
	return nil, nil
}

func main() {}
