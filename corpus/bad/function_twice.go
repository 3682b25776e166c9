// want 7:6 "declared twice"

package main

func f() {}

func f() {}

func main() {}
