// want 133:6 "at most 64 functions"

package main

func f0() {}

func f1() {}

func f2() {}

func f3() {}

func f4() {}

func f5() {}

func f6() {}

func f7() {}

func f8() {}

func f9() {}

func f10() {}

func f11() {}

func f12() {}

func f13() {}

func f14() {}

func f15() {}

func f16() {}

func f17() {}

func f18() {}

func f19() {}

func f20() {}

func f21() {}

func f22() {}

func f23() {}

func f24() {}

func f25() {}

func f26() {}

func f27() {}

func f28() {}

func f29() {}

func f30() {}

func f31() {}

func f32() {}

func f33() {}

func f34() {}

func f35() {}

func f36() {}

func f37() {}

func f38() {}

func f39() {}

func f40() {}

func f41() {}

func f42() {}

func f43() {}

func f44() {}

func f45() {}

func f46() {}

func f47() {}

func f48() {}

func f49() {}

func f50() {}

func f51() {}

func f52() {}

func f53() {}

func f54() {}

func f55() {}

func f56() {}

func f57() {}

func f58() {}

func f59() {}

func f60() {}

func f61() {}

func f62() {}

func f63() {}

func main() {}
