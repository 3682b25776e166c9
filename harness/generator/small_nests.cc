#include "harness/generator/small_nests.h"

#include <cassert>
#include <string_view>

namespace stackquake {

namespace {

constexpr std::string_view kTouch = R"(
func touch(p *int) {
	*p = *p + 1
	trace(*p)
}
)";

constexpr std::string_view kTell = R"(
func tell(n int) {
	n++
	trace(n)
}
)";

// Deferred calls without a body, in the order of their numbers.
enum Call : uint8_t { kDeferTouch, kDeferTell, kDeferNil };
constexpr uint64_t kCalls = 3;

// The other statements of size 1 that a body can go on behind. The last one stands only in deferred
// literals.
enum Simple : uint8_t { kMove, kGrow, kCollect, kRecover, kPanicAgain };
constexpr uint64_t kSimple = 4;

// Statements that end a body.
enum Ending : uint8_t { kPanic, kGoexit };
constexpr uint64_t kEndings = 2;

}  // namespace

SmallNests::SmallNests(uint32_t most_statements) : most_(most_statements) {
  assert(most_ <= kMostStatements);
  bodies_[kOther][0] = bodies_[kDeferred][0] = 1;
  for (uint32_t size = 1; size <= most_; ++size) {
    for (const Place place : {kOther, kDeferred}) {
      statements_[place][size] = statements_of(size, place);
    }
    for (const Place place : {kOther, kDeferred}) {
      uint64_t count = size == 1 ? kEndings : 0;
      for (uint32_t first = 1; first <= size; ++first) {
        count += statements_[place][first] * bodies_[place][size - first];
      }
      bodies_[place][size] = count;
    }
  }
}

// The order is that of Writer::statement.
uint64_t SmallNests::statements_of(uint32_t size, Place place) const {
  uint64_t count = bodies_[kDeferred][size - 1] + bodies_[kOther][size - 1];
  if (size == 1) count += kCalls + kSimple + (place == kDeferred ? 1 : 0);
  if (size == 2) count += kCalls;
  if (size >= 2) count += bodies_[kDeferred][size - 2];
  return count;
}

uint64_t SmallNests::count() const {
  uint64_t count = 0;
  for (uint32_t size = 0; size <= most_; ++size) count += of_size(size);
  return count;
}

// Writes the nest with a number: each method takes a number below the count of what it writes.
class SmallNests::Writer {
 public:
  explicit Writer(const SmallNests& nests) : nests_(nests) {}

  std::string nest(uint64_t number) {
    uint32_t size = 0;
    while (number >= nests_.of_size(size)) number -= nests_.of_size(size++);
    const std::string main = body(number, size, kOther, 1);
    std::string text = "package main\n\n";
    if (uses_runtime_) text += "import \"runtime\"\n\n";
    text += main.empty() ? "func main() {}\n" : "func main() {\n" + main + "}\n";
    if (uses_touch_) text += kTouch;
    if (uses_tell_) text += kTell;
    return text;
  }

 private:
  // What a function declares at its beginning.
  struct Function {
    bool has_fn = false;
    uint32_t again = 0;  // panics that are raised again
  };

  std::string body(uint64_t number, uint32_t size, Place place, size_t depth) {
    Function function;
    std::string text;
    while (size > 0) {
      uint32_t first = 1;
      for (; first <= size; ++first) {
        const uint64_t ways =
            nests_.statements_[place][first] * nests_.bodies_[place][size - first];
        if (number < ways) break;
        number -= ways;
      }
      if (first > size) {  // size is 1
        ending(static_cast<Ending>(number), depth, text);
        break;
      }
      const uint64_t rests = nests_.bodies_[place][size - first];
      statement(number / rests, first, place, depth, function, text);
      number %= rests;
      size -= first;
    }
    std::string declarations;
    if (depth == 1 && uses_touch_) line(depth, "x := 0", declarations);
    if (function.has_fn) line(depth, "var fn func()", declarations);
    return declarations + text;
  }

  void statement(uint64_t number, uint32_t size, Place place, size_t depth, Function& function,
                 std::string& text) {
    if (size == 1) {
      const uint64_t simple = kSimple + (place == kDeferred ? 1 : 0);
      if (number < kCalls) return call(static_cast<Call>(number), depth, function, text);
      number -= kCalls;
      if (number < simple) return plain(static_cast<Simple>(number), depth, function, text);
      number -= simple;
    }
    const uint64_t deferred = nests_.bodies_[kDeferred][size - 1];
    if (number < deferred) return literal("defer ", number, size - 1, kDeferred, depth, text);
    number -= deferred;
    const uint64_t called = nests_.bodies_[kOther][size - 1];
    if (number < called) return literal("", number, size - 1, kOther, depth, text);
    number -= called;
    // A counter must not shadow another one.
    const std::string i = "i" + std::to_string(++loops_);
    line(depth, "for " + i + " := 0; " + i + " < 2; " + i + "++ {", text);
    if (size == 2 && number < kCalls) {
      call(static_cast<Call>(number), depth + 1, function, text);
    } else {
      if (size == 2) number -= kCalls;
      literal("defer ", number, size - 2, kDeferred, depth + 1, text);
    }
    line(depth, "}", text);
    --loops_;
  }

  void call(Call call, size_t depth, Function& function, std::string& text) {
    switch (call) {
      case kDeferTouch:
        uses_touch_ = true;
        return line(depth, "defer touch(&x)", text);
      case kDeferTell:
        uses_tell_ = true;
        return line(depth, "defer tell(7)", text);
      case kDeferNil:
        function.has_fn = true;
        return line(depth, "defer fn()", text);
    }
  }

  void plain(Simple simple, size_t depth, Function& function, std::string& text) {
    switch (simple) {
      case kMove:
        return line(depth, "move()", text);
      case kGrow:
        return line(depth, "grow(300)", text);
      case kCollect:
        uses_runtime_ = true;
        return line(depth, "runtime.GC()", text);
      case kRecover:
        return line(depth, "trace(code(recover()))", text);
      case kPanicAgain: {
        const std::string name = "e" + std::to_string(++function.again);
        line(depth, name + " := recover()", text);
        line(depth, "if " + name + " != nil {", text);
        line(depth + 1, "panic(" + name + ")", text);
        return line(depth, "}", text);
      }
    }
  }

  void ending(Ending ending, size_t depth, std::string& text) {
    if (ending == kPanic) return line(depth, "panic(" + std::to_string(++panics_) + ")", text);
    uses_runtime_ = true;
    line(depth, "runtime.Goexit()", text);
  }

  void literal(std::string_view before, uint64_t number, uint32_t size, Place place, size_t depth,
               std::string& text) {
    const std::string inner = body(number, size, place, depth + 1);
    if (inner.empty()) return line(depth, std::string(before) + "func() {}()", text);
    line(depth, std::string(before) + "func() {", text);
    text += inner;
    line(depth, "}()", text);
  }

  static void line(size_t depth, std::string_view words, std::string& text) {
    text.append(depth, '\t').append(words) += '\n';
  }

  const SmallNests& nests_;
  uint32_t panics_ = 0;
  uint32_t loops_ = 0;  // around the place that is being written
  bool uses_runtime_ = false;
  bool uses_touch_ = false;
  bool uses_tell_ = false;
};

std::string SmallNests::text(uint64_t number) const {
  assert(number < count());
  return Writer(*this).nest(number);
}

}  // namespace stackquake
