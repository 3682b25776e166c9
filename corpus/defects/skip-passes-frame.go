// A deferred call panics while another one of the same frame is left, which the new panic has to run.

//quake:finds=skip-passes-frame
package main

func main() {
	defer trace(1)
	f()
}

func f() {
	defer trace(3)
	defer func() {
		panic(2)
	}()
	panic(1)
}
