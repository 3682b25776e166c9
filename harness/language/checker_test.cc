#include "harness/language/checker.h"

#include <string>
#include <string_view>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A rule: a text that breaks it at its @, a fragment of the message, and a similar text that keeps
// it.
struct Rule {
  std::string_view wrong;
  std::string_view fragment;
  std::string_view right;
};

// Whole programs, without the package clause.
constexpr Rule kPrograms[] = {
    // Names.
    {"func main() { @any := 1; trace(any) }", "predeclared",
     "func main() { anyone := 1; trace(anyone) }"},
    {"func @min() {}\nfunc main() {}", "predeclared", "func mini() {}\nfunc main() {}"},
    {"func f(@clear int) {}\nfunc main() {}", "predeclared",
     "func f(clean int) {}\nfunc main() {}"},
    {"func f() (@len int) { return }\nfunc main() {}", "predeclared",
     "func f() (length int) { return }\nfunc main() {}"},
    {"func @frames() {}\nfunc main() {}", "name of the shim", "func frame() {}\nfunc main() {}"},
    {"func @init() {}\nfunc main() {}", "meaning of its own", "func initial() {}\nfunc main() {}"},
    {"func f(@runtime int) {}\nfunc main() {}", "meaning of its own",
     "func f(run int) {}\nfunc main() {}"},
    {"func @quakeA() {}\nfunc main() {}", "begins with quake", "func aquake() {}\nfunc main() {}"},
    {"func f(@_ int) {}\nfunc main() {}", "is no name", "func f(a int) {}\nfunc main() {}"},
    {"func f() {}\nfunc @f() {}\nfunc main() {}", "declared twice",
     "func f() {}\nfunc g() {}\nfunc main() {}"},
    {"func f(a int, @a int) {}\nfunc main() {}", "declared twice",
     "func f(a int, b int) {}\nfunc main() {}"},
    {"func f(a int) (@a int) { return }\nfunc main() {}", "declared twice",
     "func f(a int) (b int) { return }\nfunc main() {}"},
    {"func f(a int) { @a := 1; trace(a) }\nfunc main() {}", "declared twice",
     "func f(a int) { func() { a := 1; trace(a) }() }\nfunc main() {}"},
    {"func f(i int) { for @i := 0; i < 1; i++ {} }\nfunc main() {}", "would shadow",
     "func f(i int) { for j := 0; j < i; j++ {} }\nfunc main() {}"},
    {"func f() { for @f := 0; f < 1; f++ {} }\nfunc main() {}", "would shadow",
     "func f() { for g := 0; g < 1; g++ {} }\nfunc main() {}"},
    {"func main() { for i := 0; i < 1; i++ { for @i := 0; i < 1; i++ {} } }", "would shadow",
     "func main() { for i := 0; i < 1; i++ {}; for i := 0; i < 1; i++ {} }"},
    {"func main() { for i := 0; i < 1; i++ { func() { for @i := 0; i < 1; i++ {} }() } }",
     "would shadow", "func main() { for i := 0; i < 1; i++ { func() { i := 1; trace(i) }() } }"},
    {"func main() { for i := 0; i < 1; i++ {}; trace(@i) }", "not declared here",
     "func main() { for i := 0; i < 1; i++ { trace(i) }; i := 1; trace(i) }"},
    {"func main() { f := func() { @f() }; f() }", "not declared",
     "func f() {}\nfunc main() { f := func() { f() }; f() }"},
    // Functions.
    {"func @main(a int) {}", "takes and returns nothing", "func main() {}"},
    {"func @main() int { return 1 }", "takes and returns nothing", "func main() {}"},
    {"func f(@r any) {}\nfunc main() {}", "parameter cannot be an any",
     "func main() { r := recover(); _ = r }"},
    {"func f() @*int { return nil }\nfunc main() {}", "a result is not a *int",
     "func f() *node { return nil }\nfunc main() {}"},
    {"func f() (@r func()) { return nil }\nfunc main() {}", "a result is not a func()",
     "func f(r func()) {}\nfunc main() {}"},
    {"func f() @[2]int { panic(1) }\nfunc main() {}", "a result is not a [2]int",
     "func f(a [2]int) {}\nfunc main() {}"},
    {"func f() @chan int { panic(1) }\nfunc main() {}", "a result is not a chan int",
     "func f(c chan int) {}\nfunc main() {}"},
    // Imports.
    {"@import \"runtime\"\n\nfunc main() {}", "imported and not used",
     "import \"runtime\"\n\nfunc main() { runtime.GC() }"},
    {"func main() { @runtime.GC() }", "needs import", "func main() {}"},
    // Returns.
    {"func f() int {\n@}\nfunc main() {}", "missing return",
     "func f() int {\nreturn 1 }\nfunc main() {}"},
    {"func f() (r int) {\n@}\nfunc main() {}", "missing return",
     "func f() (r int) { return }\nfunc main() {}"},
    {"func f(a int) int { if a == 1 { return 1 } @}\nfunc main() {}", "missing return",
     "func f(a int) int { if a == 1 { return 1 } else { panic(2) } }\nfunc main() {}"},
    {"func f(a int) int { if a == 1 { return 1 } else if a == 2 { return 2 } @}\nfunc main() {}",
     "missing return",
     "func f(a int) int { if a == 1 { return 1 } else if a == 2 { return 2 } else { return 3 } "
     "}\nfunc main() {}"},
    {"func f(c chan int) int { select { case <-c: return 1; default: trace(1) } @}\nfunc main() {}",
     "missing return",
     "func f(c chan int) int { select { case <-c: return 1; default: panic(1) } }\nfunc main() {}"},
    {"func f() int { for i := 0; i < 1; i++ { return 1 } @}\nfunc main() {}", "missing return",
     "func f() int { for i := 0; i < 1; i++ { return 1 }; { return 2 } }\nfunc main() {}"},
    {"import \"runtime\"\n\nfunc f() int { runtime.Goexit() @}\nfunc main() {}", "missing return",
     "import \"runtime\"\n\nfunc f() int { panic(1); runtime.Goexit(); return 2 }\nfunc main() {}"},
    {"func f() int { @return }\nfunc main() {}", "return needs a value",
     "func f() (r int) { return 1 }\nfunc main() {}"},
    {"func f() { return @1 }\nfunc main() {}", "no result", "func f() { return }\nfunc main() {}"},
    {"func f() *node { return @1 }\nfunc main() {}", "expected *node",
     "func f() *node { return nil }\nfunc main() {}"},
    {"func f() int { return @nil }\nfunc main() {}", "expected int",
     "func f() int { return -1 }\nfunc main() {}"},
    // Uses, as Go's compiler counts them.
    {"func main() { var @x int }", "declared and not used", "func main() { var x int; _ = x }"},
    {"func main() { @x := 1; x = 2 }", "declared and not used", "func main() { x := 1; x++ }"},
    {"func main() { var @x int; func() { x = 1 }() }", "declared and not used",
     "func main() { var x int; func() { x += 1 }() }"},
    {"func f(c chan int) { var @x int; select { case x = <-c: } }\nfunc main() {}",
     "declared and not used",
     "func f(c chan int) { var x int; select { case x = <-c: trace(x) } }\nfunc main() {}"},
    {"func main() { @f := func() {} }", "declared and not used",
     "func main() { f := func() {}; f() }"},
    {"func main() { var @p *int; p = nil }", "declared and not used",
     "func main() { var p *int; *p = 1 }"},
    {"func main() { var @n *node; n = nil }", "declared and not used",
     "func main() { var n *node; n.val = 1 }"},
    // Captures.
    {"func main() { for i := 0; i < 1; i++ { func() { trace(@i) }() } }", "may not be captured",
     "func main() { for i := 0; i < 1; i++ { func(j int) { trace(j) }(i) } }"},
    {"func main() { var x int; p := &x; func() { @p = nil }(); _ = p }",
     "may not assign to a captured *int",
     "func main() { var x int; p := &x; func() { *p = 1 }(); _ = p }"},
    {"func main() { f := func() {}; func() { @f = nil }(); f() }",
     "may not assign to a captured func()",
     "func main() { f := func() {}; func() { f() }(); f = nil }"},
    {"func f(p *int) { for i := 0; i < 1; i++ { func() { _ = @p }() } }\nfunc main() {}",
     "in a loop may not capture a *int",
     "func f(p *int) { func() { for i := 0; i < 1; i++ { _ = p } }() }\nfunc main() {}"},
    {"func g(f func()) { for i := 0; i < 1; i++ { func() { func() { @f() }() }() } }\nfunc main() "
     "{}",
     "in a loop may not capture a func()",
     "func g(f func()) { for i := 0; i < 1; i++ { func(h func()) { func() { h() }() }(f) } }\nfunc "
     "main() {}"},
    {"func f(p *int) { func() { for i := 0; i < 1; i++ { func() { _ = @p }() } }() }\nfunc main() "
     "{}",
     "in a loop may not capture a *int",
     "func f(p *int) { func() { func() { _ = p }(); for i := 0; i < 1; i++ {} }() }\nfunc main() "
     "{}"},
};

// Statements of a main that has declared and used a variable of each type.
constexpr std::string_view kPrologue = R"(package main

func take(a int, p *int, f func()) {}

func work(n *node, c chan int, d chan *node, k int) {}

func array(a [4]int) {}

func give() int {
	return 1
}

func make_node() *node {
	return nil
}

func main() {
	var x int
	var y int
	var a [4]int
	var b [5]int
	var p *int
	var n *node
	var f func()
	var r any
	var c chan int
	var d chan *node
	take(x+y, p, f)
	array(a)
	_ = b
	work(n, c, d, x)
	_ = r
)";

constexpr Rule kStatements[] = {
    // Declarations.
    {"{ @z := 1; _ = z }", "top level of a function body", "z := 1; _ = z"},
    {"if x == 1 { @var z int; _ = z }", "top level of a function body",
     "func() { var z int; _ = z }()"},
    {"z := @nil; _ = z", "nil has no type here", "var z *node = nil; _ = z"},
    {"z := @give; _ = z", "give is only called", "z := give(); _ = z"},
    {"z := x @== 1; _ = z", "a condition is no value", "z := x; _ = z"},
    {"z := @trace(1); _ = z", "this call has no value", "z := frames(); _ = z"},
    {"z := @func(k int) {}; _ = z", "literal without parameters", "z := func() {}; _ = z"},
    {"z := @func() int { return 1 }; _ = z", "literal without parameters",
     "z := func() int { return 1 }(); _ = z"},
    {"var z int = @n; _ = z", "expected int", "var z *node = n; _ = z"},
    {"var z any = @1; _ = z", "expected any", "var z any = recover(); _ = z"},
    {"z := make(chan int); z <- @n", "expected int", "z := make(chan *node); z <- n"},
    {"z := &@c; _ = z", "& takes an int", "z := &x; _ = z"},
    // Assignments.
    {"x = @n", "expected int", "x = n.val"},
    {"a = @b", "expected [4]int", "a = a"},
    {"r = @x", "expected any", "r = r"},
    {"r = @c", "expected any", "r = nil"},
    {"c = @d", "expected chan int", "c = c"},
    {"c = @make(chan *node)", "expected chan int", "c = make(chan int, 0)"},
    {"p = @x", "expected *int", "p = &x"},
    {"n.next = @p", "expected *node", "n.next = n"},
    {"n.val = @nil", "expected int", "n.peer = nil"},
    {"n.val = @give()", "a call or a receive stands alone", "x = give()"},
    {"*p = @give()", "a call or a receive stands alone", "x = code(recover())"},
    {"a[0] = @<-c", "a call or a receive stands alone", "x = <-c"},
    {"n = @<-c", "expected *node", "n = <-d"},
    {"_ = @nil", "nil is not assigned to _", "_ = n"},
    {"_ = @func() {}", "not assigned to _", "_ = func() int { return 1 }()"},
    {"_ = @take(x, p, f)", "this call has no value", "_ = give()"},
    {"_ = x @!= 1", "a condition is no value", "_ = x - 1"},
    {"@give = 1", "give is only called", "f = func() {}"},
    {"f = @give", "give is only called", "f = func() { give() }"},
    {"f = @func(k int) {}", "literal without parameters", "f = func() {}"},
    {"for i := 0; i < 1; i++ { @i = 1 }", "only its loop changes it",
     "for i := 0; i < 1; i++ { x = i }"},
    {"for i := 0; i < 1; i++ { @i++ }", "only its loop changes it",
     "for i := 0; i < 1; i++ { x++ }"},
    {"for i := 0; i < 1; i++ { select { case @i = <-c: } }", "only its loop changes it",
     "for i := 0; i < 1; i++ { select { case x = <-c: } }"},
    {"for i := 0; i < 1; i++ { p = &@i }", "may not have its address taken",
     "for i := 0; i < 1; i++ { p = &a[i] }"},
    {"@n++", "take an int variable", "x--"},
    {"x += @n", "is an int, not *node", "x += n.val"},
    {"x += @give()", "a call or a receive stands alone", "x -= y"},
    // Expressions.
    {"x = @z", "not declared here", "x = y"},
    {"x = 1 @+ 2", "both operands are literals", "x = y + 2"},
    {"x = 1 @<< 2", "both operands are literals", "x = y << 2"},
    {"if 1 @< 2 {}", "both operands are literals", "if x < 2 {}"},
    {"x = y / @0", "divisor is not 0", "x = y / 1"},
    {"x = y % @-0", "divisor is not 0", "x = y % -1"},
    {"x = y << @64", "literal from 0 to 63", "x = y << 63"},
    {"x = y >> @-1", "literal from 0 to 63", "x = y >> 0"},
    {"x = y << @x", "literal from 0 to 63", "x = y << 1"},
    {"x = a[@4]", "outside of the array", "x = a[3]"},
    {"x = a[@-1]", "outside of the array", "x = a[0]"},
    {"x = a[@n]", "an index is an int", "x = a[x+1]"},
    {"x = @p[0]", "only an array is indexed", "x = b[4]"},
    {"x = @p.val", "only a *node has fields", "x = n.val"},
    {"x = *@n", "takes a *int variable", "x = *p"},
    {"p = &@a", "& takes an int", "p = &a[1]"},
    {"p = &@p", "& takes an int", "p = &y"},
    {"x = y + @n", "+ takes ints", "x = y + n.val"},
    {"x = y & @nil", "& takes ints", "x = y & -1"},
    {"x = y - @give()", "a call or a receive stands alone", "x = give()"},
    {"x = y + @<-c", "a call or a receive stands alone", "x = <-c"},
    {"n = &node{val: @n}", "expected int", "n = &node{val: y, next: n, peer: nil}"},
    {"n = &node{next: @x}", "expected *node", "n = &node{next: &node{}}"},
    {"n = &node{val: @give()}", "a call or a receive stands alone", "n = &node{val: y - 1}"},
    // Conditions.
    {"if @x {}", "expected a comparison", "if x == 0 {}"},
    {"if @give() == 1 {}", "a call or a receive stands alone", "if x == 1 {}"},
    {"if x @== n {}", "not compared", "if n == n {}"},
    {"if p @== n {}", "not compared", "if p == &x {}"},
    {"if p @< p {}", "compares ints", "if *p < x {}"},
    {"if f @== f {}", "not compared", "if f == nil {}"},
    {"if r @== r {}", "not compared", "if nil != r {}"},
    {"if a @== a {}", "not compared", "if a[0] == a[1] {}"},
    {"if a == @nil {}", "nil is not compared with [4]int", "if c == nil {}"},
    {"if x == @nil {}", "nil is not compared with int", "if d != d {}"},
    {"if @nil == nil {}", "nil is not compared with nil", "if p == nil {}"},
    {"if c @== d {}", "not compared", "if c == c {}"},
    {"if @x && x == 1 {}", "takes conditions", "if x == 2 && x == 1 {}"},
    {"if !@x {}", "takes a condition", "if !(x == 1 || n != nil) {}"},
    {"if (x == 1) @== (y == 1) {}", "not compared", "if (x == 1) && (y == 1) {}"},
    {"if x == 1 {} else if @x {}", "expected a comparison", "if x == 1 {} else if x == 2 {}"},
    {"x = y @== 1", "a condition is no value", "x = y"},
    {"for i := @n; i < 1; i++ {}", "first value is an int", "for i := n.val; i < 1; i++ {}"},
    {"for i := 0; i < @n; i++ {}", "limit is an int", "for i := 0; i < n.val; i++ {}"},
    {"for i := 0; i < @give(); i++ {}", "a call or a receive stands alone",
     "for i := 0; i < x; i++ {}"},
    // One kind of fault in a statement, a condition, a case.
    {"x = n.val + @a[y]", "a second kind of fault", "x = n.val + a[1]"},
    {"a[x] = @*p", "a second kind of fault", "a[1] = *p"},
    {"@a[y%x] = 1", "a second kind of fault", "a[y%3] = 1"},
    {"*p = @a[x]", "a second kind of fault", "*p = n.val"},
    {"x = a[y] @/ x", "a second kind of fault", "x = a[y] / 2"},
    {"take(*p, &@a[x], f)", "a second kind of fault", "take(*p, &n.val, f)"},
    {"defer take(*p, &@a[x], f)", "a second kind of fault",
     "defer take(x/y, &a[1], func() { trace(*p) })"},
    {"if n.val == 1 && @a[x] == 2 {}", "a second kind of fault",
     "if n.val == 1 {} else if a[x] == 2 {}"},
    {"for i := n.val; i < a[x] @/ y; i++ {}", "a second kind of fault",
     "for i := n.val; i < a[x]; i++ { x = y / i }"},
    {"select { case c <- n.val + @a[x]: }", "a second kind of fault",
     "select { case c <- n.val: x = y / x; case c <- a[x]: }"},
    {"a[x] = y @% x", "a second kind of fault", "a[x] = y % 3"},
    // Calls.
    {"@z()", "not declared", "f()"},
    {"@x()", "is not called", "give()"},
    {"@take(1, p)", "takes 3 arguments, not 2", "take(1, p, f)"},
    {"@f(1)", "takes 0 arguments, not 1", "f()"},
    {"@func(k int) {}()", "takes 1 argument, not 0", "func(k int) {}(1)"},
    {"take(@n, p, f)", "expected int", "take(n.val, nil, nil)"},
    {"take(x, @x, f)", "expected *int", "take(x, &x, func() {})"},
    {"take(x, p, @give)", "give is only called", "take(x, p, func() { give() })"},
    {"take(@give(), p, f)", "a call or a receive stands alone", "trace(give())"},
    {"array(@b)", "expected [4]int", "array(a)"},
    {"trace(@n)", "is an int", "trace(n.val)"},
    {"trace(@make_node())", "trace takes an int", "trace(give())"},
    {"trace(@addr(p))", "an address is not traced", "x = addr(p)"},
    {"trace(@<-c)", "a call or a receive stands alone", "trace(code(recover()))"},
    {"trace(1 + @give())", "a call or a receive stands alone", "trace(func() int { return 1 }())"},
    {"@trace()", "takes 1 argument, not 0", "trace(1)"},
    {"@move(1)", "takes 0 arguments, not 1", "move()"},
    {"grow(@frames())", "a call or a receive stands alone", "grow(x)"},
    {"x = addr(@x)", "expected *int", "x = addr(&x)"},
    {"x = code(@x)", "an any variable or recover()", "x = code(r)"},
    {"x = code(@nil)", "an any variable or recover()", "x = code(recover())"},
    {"@recover(1)", "takes 0 arguments, not 1", "recover()"},
    {"close(@n)", "takes a channel", "close(c)"},
    {"close(@make(chan int))", "takes a channel variable", "close(d)"},
    {"panic(@0)", "1 or more", "panic(1)"},
    {"panic(@-1)", "1 or more", "panic(0 - x)"},
    {"panic(@n)", "panic takes an int or an any", "panic(r)"},
    {"panic(@give())", "a call or a receive stands alone", "panic(x + 1)"},
    {"panic(@nil)", "panic takes an int or an any", "panic(9)"},
    // defer and go.
    {"defer @recover()", "recover is not deferred", "defer func() { recover() }()"},
    {"defer @panic(1)", "panic is not deferred", "defer func() { panic(1) }()"},
    {"defer @close(c)", "close is not deferred", "defer func() { close(c) }()"},
    {"defer trace(@give())", "a call or a receive stands alone", "defer trace(x)"},
    {"defer take(@give(), p, f)", "a call or a receive stands alone",
     "defer take(x, &x, func() {})"},
    {"defer @x()", "is not called", "defer f()"},
    {"go @f()", "go takes a call of a function", "go give()"},
    {"go @func() {}()", "go takes a call of a function", "go main()"},
    {"go @trace(1)", "go takes a call of a function", "go work(n, c, d, 1)"},
    {"go @take(1, p, f)", "not a *int", "go work(nil, nil, nil, x)"},
    {"go @array(a)", "not a [4]int", "go work(n, c, d, a[0])"},
    // Channels.
    {"@x <- 1", "takes a channel", "c <- 1"},
    {"c <- @n", "expected int", "d <- nil"},
    {"c <- @give()", "a call or a receive stands alone", "c <- y"},
    {"<-@n", "takes a channel", "<-d"},
    {"select { case @n = <-c: }", "not received into a *node", "select { case n = <-d: }"},
    {"select { case c <- @give(): }", "a call or a receive stands alone",
     "select { case c <- x: default: }"},
    {"@select { default: }", "at least one case", "select { case <-c: }"},
    {"select { case <-c: default: @default: }", "at most one default",
     "select { default: case <-c: }"},
};

std::string program(std::string_view text) {
  return "package main\n\n" + std::string(text) + "\n";
}

std::string with_prologue(std::string_view statements) {
  return std::string(kPrologue) + std::string(statements) + "\n}\n";
}

TEST(CheckerTest, EachRuleOfAProgramFiresAndItsNeighbourDoesNot) {
  for (const Rule& rule : kPrograms) {
    Arena arena;
    expect_error(program(rule.wrong), rule.fragment);
    load_good(program(rule.right), arena);
  }
}

TEST(CheckerTest, ANestHasAMain) {
  expect_error("@package main\n\nfunc f() {}\n", "has a function main");
}

TEST(CheckerTest, EachRuleOfAStatementFiresAndItsNeighbourDoesNot) {
  for (const Rule& rule : kStatements) {
    Arena arena;
    expect_error(with_prologue(rule.wrong), rule.fragment);
    load_good(with_prologue(rule.right), arena);
  }
}

// ---- Limits ----

std::string numbered(size_t times, const std::string& before, const std::string& after) {
  std::string out;
  for (size_t i = 0; i < times; ++i) {
    out += before;
    out += std::to_string(i);
    out += after;
  }
  return out;
}

TEST(CheckerTest, FunctionsAndLiteralsAreAtMost64) {
  Arena arena;
  load_good(program(numbered(62, "func f", "() {}\n") + "func main() { func() {}() }"), arena);
  expect_error(program(numbered(63, "func f", "() {}\n") + "func main() { @func() {}() }"),
               "at most 64 functions");
  expect_error(program(numbered(64, "func f", "() {}\n") + "func @main() {}"),
               "at most 64 functions");
}

TEST(CheckerTest, VariablesOfAFunctionAreAtMost64) {
  const std::string locals = numbered(61, "v", " := 1; ") + numbered(61, "_ = v", "; ");
  const auto nest = [&](const std::string& last) {
    return program("func f(a int) int { " + locals +
                   "for i := 0; i < 1; i++ { func(b int) {}(1) }; " + last +
                   "return 1 }\nfunc main() {}");
  };
  Arena arena;
  load_good(nest(""), arena);
  expect_error(nest("@last := 1; _ = last; "), "at most 64 locals");
}

TEST(CheckerTest, BlocksNestAtMost64Deep) {
  Arena arena;
  load_good(program("func main() " + repeated(64, "{") + repeated(64, "}")), arena);
  expect_error(program("func main() " + repeated(64, "{") + "@{" + repeated(65, "}")),
               "at most 64 deep");
}

TEST(CheckerTest, AFrameHasAtMost4096Words) {
  // Four arrays of 1,000 words, an any of 2 and the parameter of 46, together 4,048. The call of g
  // needs 46 for its argument and 1 for its result: 4,095. Each parameter of `parameters` adds 1.
  const auto nest = [](const std::string& parameters) {
    return program("func g(b [46]int) int { return b[0] }\nfunc @f(b [46]int" + parameters +
                   ") { var r any; _ = r; " + numbered(4, "var a", " [1000]int; ") +
                   numbered(4, "_ = a", "; ") + "defer g(b) }\nfunc main() {}");
  };
  Arena arena;
  load_good(MarkedText(nest(", x int")).text, arena);
  expect_error(nest(", x int, y int"), "a frame of 4097 words");
}

// ---- What the checker fills in ----

const Variable& variable(const Function& function, std::string_view name) {
  for (const Variable* candidate : function.variables) {
    if (candidate->name == name) return *candidate;
  }
  ADD_FAILURE() << "no variable " << name;
  return *function.variables[0];
}

std::vector<std::string_view> names(std::span<Variable* const> variables) {
  std::vector<std::string_view> names;
  for (const Variable* one : variables) names.push_back(one->name);
  return names;
}

TEST(CheckerTest, CapturesComeThroughTheLiteralsBetween) {
  const std::string text = program(R"(
func f(a int) (r int) {
	var x int
	var y int
	func() {
		y = 1
		func() {
			x = a
			var own int
			func() {
				own = y
			}()
			trace(own)
		}()
		r = 2
	}()
	trace(x + y)
	return
}

func main() {})");
  Arena arena;
  const Nest* nest = load_good(text, arena);
  ASSERT_NE(nest, nullptr);
  ASSERT_EQ(nest->all.size(), 5u);
  EXPECT_THAT(names(nest->all[0]->variables), ElementsAre("a", "r", "x", "y"));
  EXPECT_THAT(nest->all[0]->captures, IsEmpty());
  EXPECT_THAT(names(nest->all[2]->captures), ElementsAre("y", "x", "a", "r"));
  EXPECT_THAT(names(nest->all[3]->captures), ElementsAre("x", "a", "y"));
  EXPECT_THAT(names(nest->all[4]->captures), ElementsAre("own", "y"));
  EXPECT_EQ(nest->all[4]->parent, nest->all[3]);
  EXPECT_EQ(nest->main, nest->functions[1]);
}

TEST(CheckerTest, AVariableIsBoxedWhenALiteralOnTheWayToItsCaptureStandsInALoop) {
  const std::string text = program(R"(
func f(before int, direct int, within int, through int) {
	func() {
		trace(before)
	}()
	for i := 0; i < 1; i++ {
		func() {
			trace(direct)
			var own int
			func() {
				trace(own + through)
			}()
		}()
	}
	func() {
		for i := 0; i < 1; i++ {
			func() {
				trace(within)
			}()
		}
	}()
}

func main() {})");
  Arena arena;
  const Nest* nest = load_good(text, arena);
  ASSERT_NE(nest, nullptr);
  const Function& f = *nest->all[0];
  EXPECT_FALSE(variable(f, "before").boxed);
  EXPECT_TRUE(variable(f, "before").captured);
  EXPECT_TRUE(variable(f, "direct").boxed);
  EXPECT_TRUE(variable(f, "through").boxed);
  EXPECT_TRUE(variable(f, "within").boxed);
  EXPECT_TRUE(nest->all[3]->in_loop);
  EXPECT_TRUE(variable(*nest->all[3], "own").captured);
  EXPECT_FALSE(variable(*nest->all[3], "own").boxed);
  EXPECT_FALSE(nest->all[4]->in_loop);
}

TEST(CheckerTest, UsesAreToldApart) {
  const std::string text = program(R"(
func f(x int, y int, a [2]int, b [2]int, z int) {
	x = y
	a[0] = 1
	p := &b[1]
	*p = 2
	defer trace(1)
	func() {}()
}

func main() {})");
  Arena arena;
  const Nest* nest = load_good(text, arena);
  ASSERT_NE(nest, nullptr);
  const Function& f = *nest->all[0];
  EXPECT_TRUE(variable(f, "x").assigned);
  EXPECT_FALSE(variable(f, "x").used);
  EXPECT_TRUE(variable(f, "y").used);
  EXPECT_FALSE(variable(f, "y").assigned);
  EXPECT_TRUE(variable(f, "a").assigned);
  EXPECT_TRUE(variable(f, "b").address_taken);
  EXPECT_FALSE(variable(f, "p").assigned);
  EXPECT_FALSE(variable(f, "z").used);
  EXPECT_TRUE(f.has_defer);
  EXPECT_FALSE(nest->all[2]->has_defer);
}

TEST(CheckerTest, NilAndCallsGetTheirTypes) {
  const std::string text = program(R"(
func f(p *int) int {
	return 1
}

func main() {
	x := f(nil)
	g := func() {}
	if g == nil {
		g()
	}
	func(n *node) {}(nil)
	_ = x
})");
  Arena arena;
  const Nest* nest = load_good(text, arena);
  ASSERT_NE(nest, nullptr);
  const auto statements = nest->main->body.statements;
  const Expression& call = *statements[0]->value;
  EXPECT_EQ(call.function, nest->functions[0]);
  EXPECT_EQ(call.type.kind, TypeKind::kInt);
  EXPECT_EQ(call.arguments[0]->type.kind, TypeKind::kIntPointer);
  EXPECT_EQ(statements[0]->variable->type.kind, TypeKind::kInt);
  EXPECT_EQ(statements[2]->value->right->type.kind, TypeKind::kFunc);
  const Expression& dynamic = *statements[2]->body.statements[0]->value;
  EXPECT_EQ(dynamic.function, nullptr);
  EXPECT_EQ(dynamic.left->variable, statements[1]->variable);
  EXPECT_EQ(statements[3]->value->function, nest->all[3]);
  EXPECT_EQ(statements[3]->value->arguments[0]->type.kind, TypeKind::kNodePointer);
}

TEST(CheckerTest, AChangedTreeIsCheckedAnew) {
  const std::string text =
      program("func main() { var x int; var y int; y = 1; trace(x + y); trace(y) }");
  Arena arena;
  Nest* nest = load_good(text, arena);
  ASSERT_NE(nest, nullptr);
  Diagnostic diagnostic;
  EXPECT_TRUE(check(*nest, arena, diagnostic));
  EXPECT_EQ(nest->all.size(), 1u);
  std::span<Statement*>& statements = nest->main->body.statements;
  statements = statements.first(3);
  EXPECT_FALSE(check(*nest, arena, diagnostic));
  EXPECT_THAT(diagnostic.message, testing::HasSubstr("x is declared and not used"));
}

TEST(CheckerTest, EveryNestOfTheCorpusLoads) {
  for (const char* folder : {"seeds", "truth"}) {
    EXPECT_GE(corpus_files(folder).size(), 30u) << folder;
    for (const auto& file : corpus_files(folder)) {
      SCOPED_TRACE(file);
      Arena arena;
      load_good(read_text(file), arena);
    }
  }
}

}  // namespace
}  // namespace stackquake
