// want 1:1 "a function main"

package main

func f() {}
