// Two rounds defer a call, by one record.

//quake:finds=frame-record-in-loop
package main

func done() {
	trace(1)
}

func main() {
	for i := 0; i < 2; i++ {
		defer done()
	}
}
