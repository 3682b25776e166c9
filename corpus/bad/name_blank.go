// want 5:8 "is no name"

package main

func f(_ int) {}

func main() {}
