// want 3:13 "a carriage return"

package main

func main() {}
