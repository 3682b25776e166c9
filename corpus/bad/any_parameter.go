// want 5:8 "a parameter is not an any"

package main

func f(r any) {}

func main() {}
