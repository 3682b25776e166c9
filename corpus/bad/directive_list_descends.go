// want 3:9 "ascending"

//quake:move=at:5,3
package main

func main() {}
