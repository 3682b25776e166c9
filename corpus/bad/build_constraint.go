// want 3:1 "instructions to Go's tools"

// +build ignore

package main

func main() {}
