// want 5:6 "a name of the shim"

package main

func trace(x int) {}

func main() {}
