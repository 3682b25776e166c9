// want 5:6 "methods are not in the language"

package main

func (n *node) f() {}

func main() {}
