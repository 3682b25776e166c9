#include "harness/generator/generator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "harness/generator/percent.h"
#include "harness/generator/sizes.h"
#include "harness/language/walk.h"

namespace stackquake {
namespace {

// A nest has at most 64 functions and literals. From this many on, only such as are needed are
// made.
constexpr uint32_t kManyFunctions = 40;

// An estimate for a call of a function that the generator has not made.
constexpr uint64_t kStepsOfUnknown = 50;

// The least statements that are left for main, so that something happens between its calls. With
// goroutines, main also starts them, communicates with them and waits for them.
constexpr int32_t kMainStatements = 8;
constexpr int32_t kConcurrentMainStatements = 14;

// The number at the end of a name, or 0. A number of more than six digits is not one that the
// generator gives.
uint32_t number_of(std::string_view name) {
  const size_t last = name.find_last_not_of("0123456789");
  const std::string_view digits = name.substr(last == std::string_view::npos ? 0 : last + 1);
  uint32_t number = 0;
  if (digits.size() <= 6) std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

struct LargestNumber : Visitor {
  using Visitor::enter;
  void enter(Function& function) { number = std::max(number, number_of(function.name)); }
  void declaration(Variable& variable) { number = std::max(number, number_of(variable.name)); }
  uint32_t number = 0;
};

}  // namespace

Generator::Generator(Random& random, Arena& arena, GeneratorOptions options)
    : random_(random), arena_(arena), builder_(arena), options_(options) {
  start_nest();
}

std::string_view Generator::fresh_name(char letter) {
  return arena_.copy(letter + std::to_string(next_name_++));
}

Function* Generator::new_function() {
  ++functions_;
  return arena_.make<Function>();
}

// Whether there may be more functions and literals than a body needs to be complete.
bool Generator::has_room() const {
  return functions_ < kManyFunctions;
}

// A size, depth or count: mostly from `least` to `usual`, seldom up to `limit`.
int64_t Generator::size(int64_t least, int64_t usual, int64_t limit) {
  return random_.long_tailed(long_tail_, least, usual, limit);
}

// The times, at most `times`, that something of so many steps may be done here: halved until it
// fits.
uint64_t Generator::fitting(uint64_t times, uint64_t steps) const {
  while (times > 0 && !fits_steps(steps * times)) times /= 2;
  return times;
}

// A nest has arrays of two lengths. As an argument, the first fits a pool of Defer records, and the
// second mostly does not: there is a pool for every 16 bytes up to 64, and larger records are not
// pooled. Two arrays of the largest length make a frame of more than a page, for which Go's
// prologues check the stack in another way.
void Generator::start_nest() {
  known_.clear();
  on_stack_.clear();
  escaping_.clear();
  links_.clear();
  next_name_ = 1;
  functions_ = 0;
  steps_ = 0;
  repeats_ = 1;
  started_ = 0;
  done_ = nullptr;
  hands_over_ = false;
  yields_often_ = false;
  largest_growth_ = 0;
  sessions_.clear();
  const auto pooled = static_cast<uint32_t>(random_.between(1, 8));
  scale_ =
      static_cast<uint32_t>(random_.long_tailed(percent::kLargeNest, 1, 1, options_.most_scale));
  long_tail_ = scale_ > 1 ? percent::kLongTailOfLarge : percent::kLongTail;
  most_steps_ = uint64_t{options_.steps} * scale_;
  const int64_t usual = random_.pick({9, 9, 12, 16, 33, 64, 120, 300});
  lengths_ = {pooled, static_cast<uint32_t>(size(usual, usual, kMaxArrayLength))};
  const auto average = static_cast<int64_t>(options_.statements) * mix().statements / 100;
  statements_left_ = static_cast<int32_t>(random_.between(average / 3, average + average / 2));
}

Nest* Generator::nest() {
  start_nest();
  hands_over_ = options_.goroutines && random_.chance(options_.hand_overs);
  std::vector<Function*> functions;
  const int64_t count =
      options_.goroutines ? size(0, 2, kMostFunctions) : size(1, 3, kMostFunctions);
  for (int64_t i = 0; i < count; ++i) {
    const Role role = random_.chance(mix().deferred_role) ? Role::kDeferred : Role::kOrdinary;
    functions.push_back(declared_function(role));
  }
  const size_t goroutines = options_.goroutines ? 1 + random_.below(2) : 0;
  for (size_t i = 0; i < goroutines; ++i) functions.push_back(declared_function(Role::kGoroutine));
  functions.push_back(make_main());
  std::reverse(functions.begin(), functions.end());
  return builder_.nest(directives(), functions);
}

// Makes main, which calls all functions that nothing else calls. The rest of the nest's statements
// are for main.
Function* Generator::make_main() {
  Function* main = builder_.function("main", {}, nullptr, {});
  steps_ = 0;
  repeats_ = 1;
  statements_left_ =
      std::max(statements_left_, options_.goroutines ? kConcurrentMainStatements : kMainStatements);
  Scope scope = scope_in(*main);
  Frame frame{scope, Role::kMain};
  fill(frame, static_cast<uint32_t>(random_.between(2, options_.goroutines ? 6 : 4)));
  return main;
}

void Generator::call_the_uncalled(Frame& frame, Statements& out) {
  for (Known& callee : known_) {
    if (!fits_steps(callee.steps)) continue;
    if (callee.called && !random_.chance(mix().called_again)) continue;
    std::vector<Expression*> values;
    if (callee.role == Role::kGoroutine) {
      if (hands_over_) {
        start_handing_over(callee, frame, out);
      } else {
        start_goroutine(frame, out);
      }
      continue;
    }
    fault_ = Fault::kNone;
    Expression* call = call_of(callee, frame);
    if (call == nullptr) continue;
    if (random_.chance(callee.role == Role::kDeferred ? percent::kDeferUncalledDeferred
                                                      : percent::kDeferUncalledOrdinary)) {
      emit(builder_.defer(call), out);
    } else {
      const bool guards =
          has_room() && (hands_over_ || callee.fails || random_.chance(mix().guarded_call));
      if (guards && callee.fails && random_.chance(percent::kWatchesFailing)) {
        emit(watched(call, frame), out);
        continue;
      }
      emit(guards ? guarded(call) : builder_.expression(call), out);
    }
  }
}

// ---- Parts for existing trees ----

void Generator::avoid_names(const Nest& nest) {
  LargestNumber largest;
  walk(nest, largest);
  next_name_ = std::max(next_name_, largest.number + 1);
}

void Generator::know(const std::vector<Function*>& callable) {
  known_.clear();
  for (Function* function : callable) {
    known_.push_back({function, Role::kOrdinary, kStepsOfUnknown, false});
  }
  steps_ = 0;
  repeats_ = 1;
  statements_left_ = static_cast<int32_t>(random_.between(4, 12));
}

Generator::Statements Generator::parts(Scope& scope) {
  know(scope.callable);
  Frame frame{scope, random_.chance(percent::kEven) ? Role::kOrdinary : Role::kDeferred};
  Statements prologue;
  if (scope.top_level) frame.prologue = &prologue;
  Statements out;
  if (random_.chance(percent::kPiecePart)) {
    piece(frame, out);
  } else {
    put_ending(choose_ending(frame.role, true), frame, out);
  }
  prologue.insert(prologue.end(), out.begin(), out.end());
  use_locals(frame, {}, prologue);
  return prologue;
}

Statement* Generator::statement(Scope& scope) {
  const bool top_level = scope.top_level;
  scope.top_level = false;
  const Statements made = parts(scope);
  scope.top_level = top_level;
  return made.size() == 1 ? made[0] : builder_.nested(builder_.block(made));
}

std::vector<Statement*> Generator::statements(Scope& scope) {
  return parts(scope);
}

Function* Generator::function(const std::vector<Function*>& callable) {
  know(callable);
  return declared_function(random_.pick({Role::kOrdinary, Role::kDeferred}));
}

}  // namespace stackquake
