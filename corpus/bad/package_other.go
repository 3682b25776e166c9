// want 3:9 "expected package main"

package other

func main() {}
