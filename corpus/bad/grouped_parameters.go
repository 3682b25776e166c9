// want 5:9 "a name and a type of its own"

package main

func f(a, b int) {}

func main() {}
