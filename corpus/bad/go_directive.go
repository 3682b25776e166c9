// want 5:1 "instructions to Go's tools"

package main

//go:noinline
func main() {}
