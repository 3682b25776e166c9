// want 5:1 "imported and not used"

package main

import "runtime"

func main() {}
