#include "harness/language/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace stackquake {
namespace {

constexpr uint8_t kLetter = 1;  // letters and the underscore
constexpr uint8_t kDigit = 2;
constexpr uint8_t kPrintable = 4;  // characters that may stand in a comment

constexpr std::array<uint8_t, 256> make_classes() {
  std::array<uint8_t, 256> classes{};
  for (int c = ' '; c <= '~'; ++c) classes[c] = kPrintable;
  classes['\t'] = kPrintable;
  for (int c = '0'; c <= '9'; ++c) classes[c] |= kDigit;
  for (int c = 'a'; c <= 'z'; ++c) classes[c] |= kLetter;
  for (int c = 'A'; c <= 'Z'; ++c) classes[c] |= kLetter;
  classes['_'] |= kLetter;
  return classes;
}

constexpr std::array<uint8_t, 256> kClasses = make_classes();

bool is(char c, uint8_t classes) {
  return (kClasses[static_cast<uint8_t>(c)] & classes) != 0;
}

// The kind of a word: a keyword, or otherwise a name.
TokenKind kind_of(std::string_view word) {
  switch (word.size()) {
    case 2:
      if (word == "if") return TokenKind::kIf;
      if (word == "go") return TokenKind::kGo;
      break;
    case 3:
      if (word == "for") return TokenKind::kFor;
      if (word == "var") return TokenKind::kVar;
      if (word == "map") return TokenKind::kForeign;
      break;
    case 4:
      if (word == "func") return TokenKind::kFunc;
      if (word == "case") return TokenKind::kCase;
      if (word == "else") return TokenKind::kElse;
      if (word == "chan") return TokenKind::kChan;
      if (word == "goto" || word == "type") return TokenKind::kForeign;
      break;
    case 5:
      if (word == "defer") return TokenKind::kDefer;
      if (word == "break" || word == "const" || word == "range") return TokenKind::kForeign;
      break;
    case 6:
      if (word == "return") return TokenKind::kReturn;
      if (word == "select") return TokenKind::kSelect;
      if (word == "import") return TokenKind::kImport;
      if (word == "struct" || word == "switch") return TokenKind::kForeign;
      break;
    case 7:
      if (word == "default") return TokenKind::kDefault;
      if (word == "package") return TokenKind::kPackage;
      break;
    case 8:
      if (word == "continue") return TokenKind::kForeign;
      break;
    case 9:
      if (word == "interface") return TokenKind::kForeign;
      break;
    case 11:
      if (word == "fallthrough") return TokenKind::kForeign;
      break;
    default:
      break;
  }
  return TokenKind::kName;
}

// Whether a number of Go has a point or an exponent. In a hexadecimal one an e is a digit.
bool is_floating_point(std::string_view number) {
  if (number.find('.') != std::string_view::npos) return true;
  const bool has_base = number.size() > 1 && (number[1] == 'x' || number[1] == 'X');
  return !has_base && number.find_first_of("eE") != std::string_view::npos;
}

std::string hexadecimal(char c) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<uint8_t>(c);
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

}  // namespace

Lexer::Lexer(std::string_view text, Diagnostic& diagnostic)
    : at_(text.data()),
      end_(text.data() + text.size()),
      line_start_(text.data()),
      diagnostic_(&diagnostic) {}

Position Lexer::position() const {
  return {line_, static_cast<uint32_t>(at_ - line_start_) + 1};
}

Token Lexer::take(TokenKind kind, size_t size) {
  const Token token{kind, position(), {at_, size}};
  at_ += size;
  semicolon_due_ = kind <= TokenKind::kRightBrace;
  return token;
}

Token Lexer::fail(std::string message, size_t size) {
  const Position start = position();
  *diagnostic_ = {start, std::move(message)};
  for (const char* end = at_ + std::min<size_t>(size, end_ - at_); at_ != end;) {
    if (*at_ == '\n') {
      start_line();
    } else {
      ++at_;
    }
  }
  semicolon_due_ = true;
  return {TokenKind::kError, start, {}};
}

// The size up to and including the next `end` after the token's first byte. Without one, the size
// of the rest of the text.
size_t Lexer::size_to(std::string_view end) const {
  const std::string_view rest(at_, end_ - at_);
  const size_t found = rest.find(end, 1);
  return found == std::string_view::npos ? rest.size() : found + end.size();
}

void Lexer::start_line() {
  ++at_;
  ++line_;
  line_start_ = at_;
}

Token Lexer::next() {
  for (;;) {
    while (peek() == ' ' || peek() == '\t') ++at_;
    const bool line_ends = at_ == end_ || *at_ == '\n';
    if (line_ends && semicolon_due_) return take(TokenKind::kSemicolon, 0);
    if (at_ == end_) return take(TokenKind::kEnd, 0);
    if (line_ends) {
      start_line();
    } else if (*at_ == '/' && peek(1) == '/') {
      bool skipped = false;
      const Token token = comment(skipped);
      if (!skipped) return token;
    } else {
      break;
    }
  }
  if (is(*at_, kLetter)) return name();
  if (is(*at_, kDigit)) return integer();
  return punctuation();
}

Token Lexer::name() {
  size_t size = 1;
  while (is(peek(size), kLetter | kDigit)) ++size;
  const TokenKind kind = kind_of({at_, size});
  if (kind == TokenKind::kPackage) before_package_ = false;
  return take(kind, size);
}

Token Lexer::integer() {
  size_t size = 1;
  while (is(peek(size), kDigit)) ++size;
  const bool octal = *at_ == '0' && size > 1;
  if (octal || *at_ == '.' || is(peek(size), kLetter) || peek(size) == '.') {
    while (is(peek(size), kLetter | kDigit) || peek(size) == '.') ++size;
    if (is_floating_point({at_, size})) {
      return fail("floating-point numbers are not in the language; write decimal integers", size);
    }
    return fail("numbers are decimal integers, without a base, an underscore or a leading zero",
                size);
  }
  return take(TokenKind::kInteger, size);
}

Token Lexer::string() {
  size_t size = 1;
  while (peek(size) != '"') {
    if (peek(size) == '\\') ++size;
    if (!is(peek(size), kPrintable)) {
      return fail("this string does not end; the only one is \"runtime\", after import", size);
    }
    ++size;
  }
  return take(TokenKind::kString, size + 1);
}

// Skips a comment and sets `skipped`, or returns the comment's token: a directive or an error.
Token Lexer::comment(bool& skipped) {
  const void* newline = std::memchr(at_, '\n', end_ - at_);
  const char* stop = newline == nullptr ? end_ : static_cast<const char*>(newline);
  const std::string_view comment(at_, stop - at_);
  for (const char* c = at_; c != stop; ++c) {
    if (is(*c, kPrintable)) continue;
    at_ = c;
    const Token error = bad_character();
    at_ = stop;
    return error;
  }
  if (comment.starts_with("//quake:") && before_package_) {
    return take(TokenKind::kDirective, comment.size());
  }
  const Token error = comment_error(comment);
  if (error.kind == TokenKind::kError) return error;
  at_ = stop;
  skipped = true;
  return error;
}

// A kError for a comment that has a meaning for a tool; otherwise a token without a kind.
Token Lexer::comment_error(std::string_view whole) {
  const std::string_view comment = whole.substr(2);
  if (comment.starts_with("quake:")) {
    return fail("a //quake: line stands before the package clause", whole.size());
  }
  const std::string_view words =
      comment.substr(std::min(comment.find_first_not_of(" \t"), comment.size()));
  if (comment.starts_with("go:") || words.starts_with("+build")) {
    return fail("instructions to Go's tools are not in the language; write a plain comment",
                whole.size());
  }
  if (comment == "line" || comment.starts_with("line ") || comment.starts_with("line\t")) {
    return fail("//line is not in the language; write a plain comment", whole.size());
  }
  return {};
}

// An operator of one character, or that character followed by =.
Token Lexer::binary_or_assignment(TokenKind kind, TokenKind assignment) {
  return peek(1) == '=' ? take(assignment, 2) : take(kind, 1);
}

Token Lexer::punctuation() {
  const char second = peek(1);
  switch (*at_) {
    case '(':
      return take(TokenKind::kLeftParenthesis, 1);
    case ')':
      return take(TokenKind::kRightParenthesis, 1);
    case '[':
      return take(TokenKind::kLeftBracket, 1);
    case ']':
      return take(TokenKind::kRightBracket, 1);
    case '{':
      return take(TokenKind::kLeftBrace, 1);
    case '}':
      return take(TokenKind::kRightBrace, 1);
    case ',':
      return take(TokenKind::kComma, 1);
    case ';':
      return take(TokenKind::kSemicolon, 1);
    case ':':
      return binary_or_assignment(TokenKind::kColon, TokenKind::kDeclare);
    case '=':
      return binary_or_assignment(TokenKind::kAssign, TokenKind::kEqual);
    case '!':
      return binary_or_assignment(TokenKind::kNot, TokenKind::kNotEqual);
    case '*':
      return binary_or_assignment(TokenKind::kMultiply, TokenKind::kForeign);
    case '%':
      return binary_or_assignment(TokenKind::kRemainder, TokenKind::kForeign);
    case '^':
      return binary_or_assignment(TokenKind::kXor, TokenKind::kForeign);
    case '+':
      if (second == '+') return take(TokenKind::kIncrement, 2);
      return binary_or_assignment(TokenKind::kAdd, TokenKind::kAddAssign);
    case '-':
      if (second == '-') return take(TokenKind::kDecrement, 2);
      return binary_or_assignment(TokenKind::kSubtract, TokenKind::kSubtractAssign);
    case '&':
      if (second == '&') return take(TokenKind::kLogicalAnd, 2);
      if (second == '^') return take(TokenKind::kForeign, 2);
      return binary_or_assignment(TokenKind::kAnd, TokenKind::kForeign);
    case '|':
      if (second == '|') return take(TokenKind::kLogicalOr, 2);
      return binary_or_assignment(TokenKind::kOr, TokenKind::kForeign);
    case '<':
      if (second == '-') return take(TokenKind::kArrow, 2);
      if (second == '<') return take(TokenKind::kShiftLeft, 2);
      return binary_or_assignment(TokenKind::kLess, TokenKind::kLessEqual);
    case '>':
      if (second == '>') return take(TokenKind::kShiftRight, 2);
      return binary_or_assignment(TokenKind::kGreater, TokenKind::kGreaterEqual);
    case '.':
      if (is(second, kDigit)) return integer();
      return take(TokenKind::kDot, 1);
    case '/':
      if (second == '*') return block_comment();
      return binary_or_assignment(TokenKind::kDivide, TokenKind::kForeign);
    case '~':
      return take(TokenKind::kForeign, 1);
    case '"':
      return string();
    default:
      return bad_character();
  }
}

Token Lexer::rune() {
  size_t size = 1;
  while (peek(size) != '\'' && is(peek(size), kPrintable)) size += peek(size) == '\\' ? 2 : 1;
  return fail("runes are not in the language; write decimal integers", size + 1);
}

Token Lexer::raw_string() {
  return fail("raw strings are not in the language; values are ints, as in panic(1)", size_to("`"));
}

Token Lexer::block_comment() {
  const bool semicolon_due = semicolon_due_;
  const Token error = fail("/* */ is not in the language; write // comments", size_to("*/"));
  semicolon_due_ = semicolon_due;
  return error;
}

Token Lexer::bad_character() {
  switch (*at_) {
    case '\r':
      // Every line of such a text is likely to end like this; one error is enough.
      return fail("a carriage return; lines end with a line feed alone", end_ - at_);
    case '?':
      return fail("the character ? is not in the language; write if and else", 1);
    case '\'':
      return rune();
    case '`':
      return raw_string();
    default:
      break;
  }
  if (is(*at_, kPrintable)) {
    return fail("the character " + std::string(1, *at_) + " is not in the language", 1);
  }
  return fail("byte " + hexadecimal(*at_) + "; a nest is printable ASCII, tabs and line feeds", 1);
}

}  // namespace stackquake
