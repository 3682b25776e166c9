// A collection comes while deferreturn is about to start a call: the arguments are in its caller's frame, where no map
// covers them, and the record is off the list. It frees the object that the call is about.

//quake:gc=safepoint finds=deferreturn-preempted
package main

func show(n *node) {
	trace(n.val)
}

func main() {
	defer show(&node{val: 7})
}
