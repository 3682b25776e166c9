// want 5:8 "does not end"

package main

import "runtime

func main() {}
