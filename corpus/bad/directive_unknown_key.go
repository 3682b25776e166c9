// want 3:20 "unknown key speed"

//quake:stack=2048 speed=2
package main

func main() {}
