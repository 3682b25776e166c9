// want 5:10 "there are no variadic parameters"

package main

func f(a ...int) {}

func main() {}
