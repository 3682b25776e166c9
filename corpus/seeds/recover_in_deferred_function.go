// A function that recovers works when it is deferred itself, with arguments or without.

//quake:stack=256 move=call gc=none
package main

func catch(p *int, pad [20]int) {
	r := code(recover())
	*p = r
	trace(pad[19])
}

func body(k int) (r int) {
	var pad [20]int
	pad[19] = k
	defer catch(&r, pad)
	panic(k * 2)
}

func main() {
	trace(body(4))
	trace(body(11))
}
