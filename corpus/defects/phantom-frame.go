// fail has panicked, and main has recovered. main calls count, and fail is no frame any more.

//quake:finds=phantom-frame
package main

func count() {
	trace(frames())
}

func fail() {
	panic(1)
}

func main() {
	defer count()
	defer func() {
		recover()
	}()
	fail()
}
