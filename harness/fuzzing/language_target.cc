#include "harness/fuzzing/language_target.h"

#include "harness/language/language.h"

namespace stackquake {

FuzzVerdict LanguageTarget::run_one(std::string_view text) {
  ++tally_.executions;
  arena_.reset();
  Diagnostic diagnostic;
  const Nest* nest = load(text, arena_, diagnostic);
  if (nest == nullptr) {
    ++tally_.rejected;
    return FuzzVerdict::kRan;
  }
  ++tally_.valid;
  printed_.clear();
  print(*nest, printed_);
  second_arena_.reset();
  const Nest* again = load(printed_, second_arena_, diagnostic);
  if (again == nullptr) return failed("is not a nest: " + to_string(diagnostic, "printed"));
  if (!equal(*nest, *again)) return failed("says something else");
  printed_again_.clear();
  print(*again, printed_again_);
  return printed_ == printed_again_ ? FuzzVerdict::kRan : failed("is printed as another text");
}

FuzzVerdict LanguageTarget::failed(std::string_view what) {
  violation_.emplace();
  violation_->check = "round-trip";
  violation_->signature = "round-trip:" + std::string(what.substr(0, what.find(':')));
  violation_->message = "the nest, once printed, " + std::string(what);
  return FuzzVerdict::kFinding;
}

}  // namespace stackquake
