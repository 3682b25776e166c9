#include "harness/language/parser.h"

#include <string>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

const Nest* parse_good(std::string_view text, Arena& arena) {
  Diagnostic diagnostic;
  const Nest* nest = parse(arena.copy(text), arena, diagnostic);
  EXPECT_NE(nest, nullptr) << to_string(diagnostic, "nest") << "\n" << text;
  return nest;
}

struct Wrong {
  std::string_view text;
  std::string_view fragment;
};

TEST(ParserTest, WhatIsNoFileIsAnError) {
  constexpr Wrong kFiles[] = {
      {"@", "expected package main, found the end of the text"},
      {"package @other\n", "expected package main, found other"},
      {"package main @func main() {}\n", "expected the end of the line"},
      {"package main\n\nimport @\"fmt\"\n", "the only import"},
      {"package main\n\nimport @(\n\"runtime\"\n)\n", "the only import"},
      {"package main\n\nimport @r \"runtime\"\n", "the only import"},
      {"package main\n\nimport \"runtime\"\n@import \"runtime\"\n", "once"},
      {"package main\n\nfunc main() {}\n\n@import \"runtime\"\n", "the only import"},
      {"package main\n\n@var x int\n", "a global variable"},
      {"package main\n\n@type t int\n", "type is not in the language; the types are"},
      {"package main\n\n@x = 1\n", "nothing else stands at the top level"},
      {"package main\n\nfunc @(n *node) f() {}\n", "methods"},
      {"package main\n\nfunc f@[T any]() {}\n", "type parameters"},
      {"package main\n\nfunc f()@\n{}\n", "on the line of func"},
      {"package main\n\nfunc f(a@, b int) {}\n", "a name and a type of its own"},
      {"package main\n\nfunc f(int@) {}\n", "a name and a type of its own"},
      {"package main\n\nfunc f(a @...int) {}\n", "no variadic parameters"},
      {"package main\n\nfunc f() (a int@, b int) {}\n", "at most one result"},
      {"package main\n\nfunc f() (int@) {}\n", "a result in parentheses has a name"},
      {"package main\n\nfunc f() (@*node) {}\n", "a result in parentheses has a name"},
      {"package main\n\nfunc f() (int@, int) {}\n", "at most one result"},
      {"package main\n\nfunc f() (@*node, int) {}\n", "at most one result"},
      {"package main\n\nfunc f() {} @func g() {}\n",
       "the end of the line after the function's body"},
      {"package main\n\nfunc f() {\n@", "expected a statement or }, found the end of the text"},
  };
  for (const Wrong& wrong : kFiles) expect_error(wrong.text, wrong.fragment);
}

TEST(ParserTest, WhatIsNoTypeIsAnError) {
  constexpr Wrong kTypes[] = {
      {"var x @string", "there are no strings"},
      {"var x @bool", "keep 0 or 1 in an int"},
      {"var x @point", "the types are int, [N]int"},
      {"var x @interface{}", "the only interface is any"},
      {"var x @<-chan int", "no direction"},
      {"var x @1", "expected a type"},
      {"var x [@]int", "slices are not in the language"},
      {"var x [@0]int", "a length from 1 to 1024"},
      {"var x [@1025]int", "a decimal from 1 to 1024"},
      {"var x [@n]int", "a decimal from 1 to 1024"},
      {"var x [2]@node", "the arrays are [N]int"},
      {"var x *@any", "the pointer types are"},
      {"var x @node", "write *node"},
      {"var x func(@int)", "no parameters"},
      {"var x func() @int", "no parameters"},
      {"var x chan @any", "the channel types"},
      {"var x chan *@int", "the channel types"},
      {"var x chan@<- int", "no direction; the channel types"},
      {"var x @map[int]int", "not in the language"},
      {"var x @= 1", "expected a type"},
      {"var x@, y int", "one at a time"},
      {"var @(\n\tx int\n)", "one at a time"},
  };
  for (const Wrong& wrong : kTypes) expect_error(in_main(wrong.text), wrong.fragment);
}

TEST(ParserTest, WhatIsNoStatementIsAnError) {
  constexpr Wrong kStatements[] = {
      {"@x", "this value is not used"},
      {"x @== 1", "this value is not used"},
      {"@make(chan int)", "this value is not used"},
      {"x@, y = y, x", "swap two by way of a third"},
      {"x@, y := f()", "a list of variables"},
      {"x@, y := <-c", "a receive gives one value"},
      {"_@, y = <-c", "a receive gives one value"},
      {"return x@, y", "a return has one value"},
      {"x = y@, z", "one name and one value"},
      {"x = y@++", "has no value"},
      {"x = y @= 1", "has no value"},
      {"x = @++y", "stands after a variable"},
      {"label@:", "labels"},
      {"@goto label", "not in the language"},
      {"for i := 0; i < 1; i++ { @break }", "not in the language"},
      {"@switch {}", "not in the language"},
      {"@const x = 1", "not in the language"},
      {"x @*= 2", "not in the language"},
      {"x @&^ y", "not in the language"},
      {"@a[0]++", "stand after a variable"},
      {"@*p += 1", "stand after a variable"},
      {"@f() = 1", "cannot be assigned to"},
      {"@1 = x", "cannot be assigned to"},
      {"@*p := 1", "only a name"},
      {"@f() <- 1", "only a variable"},
      {"_ @:= 1", "= after _"},
      {"x = @_", "only on the left"},
      {"@;", "expected a statement"},
      {"@else {}", "on the line of the }"},
      {"if x == 1 {\n}\n@else {}", "on the line of the }"},
      {"if x == 1 {} else @x = 1", "{"},
      {"if x @:= 1; x == 1 {}", "nothing but a condition"},
      {"if x == 1@; y == 1 {}", "nothing but a condition"},
      {"for @{}", "the only loop"},
      {"for x @< 1 {}", "the only loop"},
      {"for i := @range x {}", "the only loop is"},
      {"for i@, j := range x {}", "the only loop"},
      {"for i := 0; @j < 1; i++ {}", "the counter"},
      {"for i := 0; i @<= 1; i++ {}", "< in"},
      {"for i := 0; i < 1; i@-- {}", "++ in"},
      {"for i := 0; i < 1; @j++ {}", "the counter"},
      {"for i := 0@\ni < 1; i++ {}", "; in"},
      {"for i := 0; i < 1 @&& x == 1; i++ {}", "; in"},
      {"defer @f", "defer takes a call, as in defer f()"},
      {"defer @func() {}", "write () behind"},
      {"func @f() {}", "a function with a name stands at the top level"},
      {"defer @(f())", "without parentheses"},
      {"go @<-c", "go takes a call"},
      {"defer @make(chan int)", "defer takes a call"},
      {"@case x:", "expected a statement or }"},
      {"select { @x = 1 }", "expected case, default or }"},
      {"select { case @f() <- 1: }", "a case is"},
      {"select { case x @:= <-c: }", "a case declares nothing"},
      {"select { case x@, y = <-c: }", "a receive gives one value"},
      {"select { case x @+= <-c: }", "expected ch <- e"},
      {"select { case x = @c: }", "expected <-"},
      {"select { case @_ = <-c: }", "only on the left"},
      {"select { case @*p = <-c: }", "a case is"},
  };
  for (const Wrong& wrong : kStatements) expect_error(in_main(wrong.text), wrong.fragment);
}

TEST(ParserTest, WhatIsNoExpressionIsAnError) {
  constexpr Wrong kExpressions[] = {
      {"x = @-y", "stands before a number"},
      {"x = @- -1", "stands before a number"},
      {"x = @+1", "leave the sign out"},
      {"x = @^1", "write -1 ^ x"},
      {"x = @)", "expected an expression"},
      {"x = (y@", "expected )"},
      {"x = @\"runtime\"", "strings are not in the language"},
      {"panic(@\"x\")", "as in panic(1)"},
      {"x = @[]int{1}", "the only literal with braces"},
      {"x = @[2]int{1, 2}", "the only literal with braces"},
      {"x = @point{1, 2}", "the only literal with braces"},
      {"x = @&point{1, 2}", "the only literal with braces"},
      {"x = @&[2]int{1, 2}", "the only literal with braces"},
      {"x = a[@:2]", "slices"},
      {"x = a[1@:2]", "slices"},
      {"x = y.@(int)", "type assertions"},
      {"@fmt.Println(1)", "trace(x) records an int"},
      {"@sync.Wait()", "wait for each other at channels"},
      {"@list.push(1)", "there are no methods"},
      {"f(@runtime.Goexit)", "only called"},
      {"x = @9223372036854775808", "64 bits"},
      {"x = -@9223372036854775809", "64 bits"},
      {"x = n.next@.val", "only a name"},
      {"x = f()@.val", "only a name"},
      {"x = a[0]@[0]", "only a name"},
      {"x = (f)@()", "only a name"},
      {"x = (func() {})@()", "only a name"},
      {"x = *p@.val", "only a name"},
      {"x = *@*p", "a variable"},
      {"x = *@(p)", "a variable"},
      {"p = &@(x)", "a variable"},
      {"p = &@*p", "a variable"},
      {"p = @&n.next", "only val"},
      {"p = &f@()", "only a name"},
      {"x = <-f@()", "only a name"},
      {"<-@nil", "found nil"},
      {"x = n.@value", "val, next and peer"},
      {"n = @node{}", "&node"},
      {"n = &node{@1}", "a field"},
      {"n = &node{val@}", ": after the field"},
      {"n = &node{val: 1, @val: 2}", "once in a node"},
      {"n = &node{@size: 2}", "val, next and peer"},
      {"if n == @&node{} {}", "in parentheses"},
      {"if x == @func() int { return 1 }() {}", "in a header"},
      {"c = make(@int)", "only channels"},
      {"c = make(chan int, @n)", "from 0 to 1024"},
      {"c = make(chan int, @1025)", "from 0 to 1024"},
      {"c = make(chan int, @-1)", "from 0 to 1024"},
      {"runtime.@NumCPU()", "Goexit, GC or Gosched"},
      {"runtime.@trace()", "Goexit, GC or Gosched"},
      {"x = runtime@", ". after runtime"},
      {"f(1 @2)", ") after the arguments"},
      {"f(1@", ") after the arguments"},
      {"f(x.@..)", "expected a field"},
  };
  for (const Wrong& wrong : kExpressions) expect_error(in_main(wrong.text), wrong.fragment);
}

TEST(ParserTest, LineBreaksAndCommentsAreGos) {
  Arena arena;
  const Nest* broken = parse_good(
      "package main // a\n// b\nfunc main() { // c\n\tf(\n\t\t1, // d\n\t\tx +\n\t\t\t2,\n\t)\n\tx "
      "= 1; y = 2\n}",
      arena);
  const Nest* whole = parse_good(in_main("f(1, x+2)\nx = 1\ny = 2"), arena);
  ASSERT_TRUE(broken != nullptr && whole != nullptr);
  EXPECT_TRUE(equal(*broken, *whole));
}

TEST(ParserTest, OperatorsBindAsInGo) {
  Arena arena;
  const auto same = [&](std::string_view a, std::string_view b) {
    const Nest* first = parse_good(in_main(a), arena);
    const Nest* second = parse_good(in_main(b), arena);
    return first != nullptr && second != nullptr && equal(*first, *second);
  };
  EXPECT_TRUE(same("x = a - b - c", "x = (a - b) - c"));
  EXPECT_TRUE(same("x = a + b*c<<1&d", "x = a + (((b*c)<<1)&d)"));
  EXPECT_TRUE(same("x = a | b&c ^ d", "x = (a | (b&c)) ^ d"));
  EXPECT_TRUE(same("if !a == b && c < d || e {}", "if (((!a) == b) && (c < d)) || e {}"));
  EXPECT_FALSE(same("x = a - b - c", "x = a - (b - c)"));
}

TEST(ParserTest, PlacesAreThoseOfTheFirstTokenAndOfOperators) {
  Arena arena;
  const Nest* nest = parse_good(in_main("\tx = a[1] + b"), arena);
  ASSERT_NE(nest, nullptr);
  const Statement& statement = *nest->functions[0]->body.statements[0];
  EXPECT_EQ(statement.position, (Position{4, 2}));
  EXPECT_EQ(statement.value->position, (Position{4, 11}));
  EXPECT_EQ(statement.value->left->position, (Position{4, 6}));
  EXPECT_EQ(nest->functions[0]->end, (Position{5, 1}));
}

TEST(ParserTest, NestingStopsAt64) {
  Arena arena;
  parse_good(in_main("x = " + repeated(63, "(") + "y" + repeated(63, ")")), arena);
  expect_error(in_main("x = " + repeated(63, "(") + "(@y" + repeated(64, ")")), "at most 64 deep");
  parse_good(in_main("if " + repeated(63, "!") + "x {}"), arena);
  expect_error(in_main("if " + repeated(63, "!") + "@!x {}"), "at most 64 deep");
  parse_good(in_main("x = y" + repeated(63, " + y")), arena);
  expect_error(in_main("x = y" + repeated(63, " + y") + " @+ y"), "at most 64 deep");
  parse_good(in_main("if x == 1 {}" + repeated(62, " else if x == 1 {}")), arena);
  expect_error(in_main("if x == 1 {}" + repeated(62, " else if x == 1 {}") + " else if x == 1 @{}"),
               "at most 64 deep");
}

TEST(ParserTest, ATextHasAtMost64KiB) {
  const std::string nest = "package main\n\nfunc main() {}\n//";
  Arena arena;
  parse_good(nest + std::string(kMaxTextBytes - nest.size(), 'x'), arena);
  expect_error("@" + nest + std::string(kMaxTextBytes + 1 - nest.size(), 'x'),
               "more than 65536 bytes");
}

}  // namespace
}  // namespace stackquake
