// A recovery inside of a deferred call takes the record off the list by which the panic around would come to main.

//quake:finds=open-removal-runs-past-in-progress
package main

func recovers() {
	defer func() {
		recover()
	}()
	panic(2)
}

func broken() {
	for i := 0; i < 1; i++ {
		defer recovers()
	}
	panic(1)
}

func main() {
	defer func() {
		recover()
	}()
	broken()
}
