// A goroutine is preempted at a prologue. When its turn comes again, the prologue has room enough, and the stack is
// doubled.

//quake:sched=1 finds=preempted-stack-doubles
package main

func work(x int) {
	trace(x)
}

func main() {
	for i := 0; i < 16; i++ {
		work(i)
	}
}
