// want 6:8 "recover is not deferred"

package main

func main() {
	defer recover()
}
