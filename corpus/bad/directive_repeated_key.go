// want 3:20 "written twice"

//quake:stack=2048 stack=2048
package main

func main() {}
