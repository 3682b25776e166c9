// want 5:1 "type is not in the language; the types are"

package main

type t int

func main() {}
