// want 134:2 "at most 64 locals"

package main

func main() {
	x0 := 0
	trace(x0)
	x1 := 1
	trace(x1)
	x2 := 2
	trace(x2)
	x3 := 3
	trace(x3)
	x4 := 4
	trace(x4)
	x5 := 5
	trace(x5)
	x6 := 6
	trace(x6)
	x7 := 7
	trace(x7)
	x8 := 8
	trace(x8)
	x9 := 9
	trace(x9)
	x10 := 10
	trace(x10)
	x11 := 11
	trace(x11)
	x12 := 12
	trace(x12)
	x13 := 13
	trace(x13)
	x14 := 14
	trace(x14)
	x15 := 15
	trace(x15)
	x16 := 16
	trace(x16)
	x17 := 17
	trace(x17)
	x18 := 18
	trace(x18)
	x19 := 19
	trace(x19)
	x20 := 20
	trace(x20)
	x21 := 21
	trace(x21)
	x22 := 22
	trace(x22)
	x23 := 23
	trace(x23)
	x24 := 24
	trace(x24)
	x25 := 25
	trace(x25)
	x26 := 26
	trace(x26)
	x27 := 27
	trace(x27)
	x28 := 28
	trace(x28)
	x29 := 29
	trace(x29)
	x30 := 30
	trace(x30)
	x31 := 31
	trace(x31)
	x32 := 32
	trace(x32)
	x33 := 33
	trace(x33)
	x34 := 34
	trace(x34)
	x35 := 35
	trace(x35)
	x36 := 36
	trace(x36)
	x37 := 37
	trace(x37)
	x38 := 38
	trace(x38)
	x39 := 39
	trace(x39)
	x40 := 40
	trace(x40)
	x41 := 41
	trace(x41)
	x42 := 42
	trace(x42)
	x43 := 43
	trace(x43)
	x44 := 44
	trace(x44)
	x45 := 45
	trace(x45)
	x46 := 46
	trace(x46)
	x47 := 47
	trace(x47)
	x48 := 48
	trace(x48)
	x49 := 49
	trace(x49)
	x50 := 50
	trace(x50)
	x51 := 51
	trace(x51)
	x52 := 52
	trace(x52)
	x53 := 53
	trace(x53)
	x54 := 54
	trace(x54)
	x55 := 55
	trace(x55)
	x56 := 56
	trace(x56)
	x57 := 57
	trace(x57)
	x58 := 58
	trace(x58)
	x59 := 59
	trace(x59)
	x60 := 60
	trace(x60)
	x61 := 61
	trace(x61)
	x62 := 62
	trace(x62)
	x63 := 63
	trace(x63)
	last := 1
	trace(last)
}
