// want 5:6 "takes and returns nothing"

package main

func main(x int) {}
