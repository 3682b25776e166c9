// want 5:1 "nothing else stands at the top level"

package main

type t int

func main() {}
