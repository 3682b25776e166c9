// want 5:1 "before the package clause"

package main

//quake:stack=2048
func main() {}
