// f ends when its deferred call has recovered. What follows its defer statement has run once.

//quake:finds=recovery-reenters-body
package main

func main() {
	x := 0
	f(&x)
}

func f(p *int) {
	for i := 0; i < 1; i++ {
		defer func() {
			recover()
		}()
	}
	if *p == 1 {
		trace(1)
		return
	}
	*p = 1
	panic(2)
}
