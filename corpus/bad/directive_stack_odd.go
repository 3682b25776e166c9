// want 3:9 "power of two from 256 to 65536"

//quake:stack=3000
package main

func main() {}
