// want 5:8 "a parameter cannot be an any"

package main

func f(r any) {}

func main() {}
