#ifndef STACKQUAKE_HARNESS_LANGUAGE_LEXER_H_
#define STACKQUAKE_HARNESS_LANGUAGE_LEXER_H_

// From bytes to Go's tokens.
//
// Tokens are views into the text; the lexer copies and allocates nothing.
//
// Semicolons are inserted as Go inserts them: at the end of a line, or of the text, after a token
// that can end a statement. Comments are skipped, except for the //quake: lines before the package
// clause, which become tokens. Constructs of Go that the language does not have (floating-point
// numbers, runes, block comments, other operators) are either errors here or tokens that no rule of
// the parser accepts.
// error here or a token that no rule of the parser accepts.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/language/diagnostic.h"

namespace stackquake {

enum class TokenKind : uint8_t {
  // Tokens that can end a statement: Go inserts a semicolon when one of them ends a line.
  kName,
  kInteger,
  kString,
  kReturn,
  kIncrement,
  kDecrement,
  kRightParenthesis,
  kRightBracket,
  kRightBrace,

  kEnd,
  kError,  // the diagnostic says why
  kDirective,
  kSemicolon,
  kForeign,  // a keyword or operator of Go that the language does not have

  kCase,
  kChan,
  kDefault,
  kDefer,
  kElse,
  kFor,
  kFunc,
  kGo,
  kIf,
  kImport,
  kPackage,
  kSelect,
  kVar,

  kLeftParenthesis,
  kLeftBracket,
  kLeftBrace,
  kComma,
  kColon,
  kDot,
  kAssign,
  kDeclare,
  kAddAssign,
  kSubtractAssign,
  kArrow,
  kNot,

  // The binary operators, in the order of Operation.
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kAnd,
  kOr,
  kXor,
  kShiftLeft,
  kShiftRight,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLogicalAnd,
  kLogicalOr,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Position position;
  std::string_view text;  // empty for a semicolon that was inserted
};

// One pass over one text. kEnd is the last token. After kError the lexer goes on behind the bytes
// that it could not read, for a parser that looks for further errors.
class Lexer {
 public:
  // `text` must outlive the lexer and its tokens. The lexer sets `diagnostic` when it returns
  // kError. A copy of a lexer reads ahead without moving the original.
  Lexer(std::string_view text, Diagnostic& diagnostic);

  Token next();

 private:
  char peek(size_t ahead = 0) const {
    return ahead < static_cast<size_t>(end_ - at_) ? at_[ahead] : '\0';
  }
  Position position() const;
  Token take(TokenKind kind, size_t size);
  // Sets the diagnostic and skips the `size` bytes that cannot be read.
  Token fail(std::string message, size_t size);
  void start_line();

  Token name();
  Token integer();
  Token string();
  Token comment(bool& skipped);
  Token comment_error(std::string_view comment);
  Token rune();
  Token raw_string();
  Token block_comment();
  size_t size_to(std::string_view end) const;
  Token binary_or_assignment(TokenKind kind, TokenKind assignment);
  Token punctuation();
  Token bad_character();

  const char* at_;
  const char* end_;
  const char* line_start_;
  uint32_t line_ = 1;
  bool semicolon_due_ = false;
  bool before_package_ = true;
  Diagnostic* diagnostic_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_LEXER_H_
