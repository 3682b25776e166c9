// want 4:1 "from stack= to 16777216"

//quake:stack=4096 limit=2048
package main

func main() {}
