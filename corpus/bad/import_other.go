// want 5:8 "the only import"

package main

import "fmt"

func main() {}
