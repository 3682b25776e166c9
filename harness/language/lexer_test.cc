#include "harness/language/lexer.h"

#include <string>
#include <vector>

#include "harness/language/nest_testing.h"

namespace stackquake {
namespace {

using testing::ElementsAre;

// The text of each token. An inserted semicolon is ";", with the line end before it, if there is
// one.
std::vector<std::string> tokens(std::string_view text) {
  Diagnostic diagnostic;
  Lexer lexer(text, diagnostic);
  std::vector<std::string> texts;
  for (;;) {
    const Token token = lexer.next();
    if (token.kind == TokenKind::kEnd) return texts;
    if (token.kind == TokenKind::kError) {
      texts.push_back("error: " + diagnostic.message);
      return texts;
    }
    const bool inserted = token.kind == TokenKind::kSemicolon && token.text.empty();
    texts.emplace_back(inserted ? "\n;" : token.text);
  }
}

// Expects that reading the marked text to its end fails at the mark with this message.
void expect_lexical_error(std::string_view marked, std::string_view fragment) {
  const MarkedText wrong(marked);
  Diagnostic diagnostic;
  Lexer lexer(wrong.text, diagnostic);
  Token token = lexer.next();
  while (token.kind != TokenKind::kEnd && token.kind != TokenKind::kError) token = lexer.next();
  EXPECT_EQ(token.kind, TokenKind::kError) << wrong.text;
  EXPECT_EQ(diagnostic.position, wrong.position) << wrong.text;
  EXPECT_THAT(diagnostic.message, testing::HasSubstr(std::string(fragment)));
}

TEST(LexerTest, TheLongestTokenWins) {
  EXPECT_THAT(tokens("a<-b<<c<=d<e+++f"),
              ElementsAre("a", "<-", "b", "<<", "c", "<=", "d", "<", "e", "++", "+", "f", "\n;"));
  EXPECT_THAT(tokens("a&&b&c&^d:=e:f!=g!h"),
              ElementsAre("a", "&&", "b", "&", "c", "&^", "d", ":=", "e", ":", "f", "!=", "g", "!",
                          "h", "\n;"));
}

TEST(LexerTest, ALineEndsAStatementAfterWhatGoSays) {
  EXPECT_THAT(tokens("a\n1\n\"s\"\nreturn\n++\n--\n)\n]\n}\n"),
              ElementsAre("a", "\n;", "1", "\n;", "\"s\"", "\n;", "return", "\n;", "++", "\n;",
                          "--", "\n;", ")", "\n;", "]", "\n;", "}", "\n;"));
  EXPECT_THAT(tokens("(\n[\n{\n,\n+\n=\nif\nfunc\nelse\nchan\n"),
              ElementsAre("(", "[", "{", ",", "+", "=", "if", "func", "else", "chan"));
}

TEST(LexerTest, ACommentIsALineEnd) {
  EXPECT_THAT(tokens("a // b\n// c\n\nd//"), ElementsAre("a", "\n;", "d", "\n;"));
  EXPECT_THAT(tokens("a + // b\nc"), ElementsAre("a", "+", "c", "\n;"));
}

TEST(LexerTest, ATokenKnowsItsPlace) {
  Diagnostic diagnostic;
  Lexer lexer("a\n\t // x\n\tbc d", diagnostic);
  EXPECT_EQ(lexer.next().position, (Position{1, 1}));
  EXPECT_EQ(lexer.next().position, (Position{1, 2}));
  EXPECT_EQ(lexer.next().position, (Position{3, 2}));
  EXPECT_EQ(lexer.next().position, (Position{3, 5}));
}

TEST(LexerTest, DirectivesComeOutBeforeThePackageClause) {
  EXPECT_THAT(tokens("// a\n//quake:x=1 y\npackage b"),
              ElementsAre("//quake:x=1 y", "package", "b", "\n;"));
  expect_lexical_error("package b\n\n@//quake:x=1\n", "before the package clause");
}

TEST(LexerTest, CommentsThatGoObeysAreErrors) {
  expect_lexical_error("a\n @//go:noinline\n", "Go's tools");
  expect_lexical_error("@// +build ignore\n", "Go's tools");
  expect_lexical_error("@//+build ignore\n", "Go's tools");
  expect_lexical_error("@//line x.go:1\n", "//line");
  EXPECT_THAT(tokens("// go:noinline\n//lines\n// line x\n"), ElementsAre());
}

TEST(LexerTest, WhatIsNoTokenIsAnError) {
  expect_lexical_error("a @/* b */", "/* */");
  expect_lexical_error("a@\r\n", "carriage return");
  expect_lexical_error("a // b@\r\n", "carriage return");
  expect_lexical_error("// caf@\xc3\xa9\n", "byte 0xc3");
  expect_lexical_error(std::string("a @") + '\0', "byte 0x00");
  expect_lexical_error("a = @'b'", "runes");
  expect_lexical_error("a = @`b`", "raw strings");
  expect_lexical_error("a @# b", "the character #");
  expect_lexical_error("a @? b", "write if and else");
  expect_lexical_error("import @\"runtime", "does not end");
  expect_lexical_error("import @\"runtime\n\"", "does not end");
  expect_lexical_error("import @\"\\", "does not end");
}

TEST(LexerTest, GoesOnBehindWhatItCannotRead) {
  const auto behind = [](std::string_view text) {
    Diagnostic diagnostic;
    Lexer lexer(text, diagnostic);
    std::vector<std::string> texts;
    for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
      texts.emplace_back(token.kind == TokenKind::kError ? "error" : token.text);
    }
    return texts;
  };
  EXPECT_THAT(behind("a 1.5e3 b"), ElementsAre("a", "error", "b", ""));
  EXPECT_THAT(behind("a 'b' c"), ElementsAre("a", "error", "c", ""));
  EXPECT_THAT(behind("a `b\nc` d"), ElementsAre("a", "error", "d", ""));
  EXPECT_THAT(behind("a /* b\n*/ c"), ElementsAre("a", "error", "c", ""));
  EXPECT_THAT(behind("a \"b\nc"), ElementsAre("a", "error", "", "c", ""));
  EXPECT_THAT(behind("a # b"), ElementsAre("a", "error", "b", ""));
  EXPECT_THAT(behind("a `b"), ElementsAre("a", "error", ""));
}

TEST(LexerTest, NumbersAreDecimalIntegers) {
  for (const char* number : {"@0x10", "@0x1e", "@07", "@00", "@1_000", "@2i", "@0b1"}) {
    expect_lexical_error(number, "numbers are decimal integers");
  }
  for (const char* number : {"@1.5", "@1.", "@1e3", "@1E3", "@.5", "@0x1.8p1"}) {
    expect_lexical_error(number, "floating-point numbers are not in the language");
  }
  EXPECT_THAT(tokens("0 10 9223372036854775808"),
              ElementsAre("0", "10", "9223372036854775808", "\n;"));
}

}  // namespace
}  // namespace stackquake
