#include "harness/fuzzing/nest_target.h"

#include <utility>

#include "harness/language/language.h"
#include "harness/run/nest_runner.h"

namespace stackquake {

namespace {

MutationOptions mutation_options(Goroutines goroutines) {
  MutationOptions options;
  options.goroutines = goroutines == Goroutines::kSeveral;
  return options;
}

}  // namespace

NestTarget::NestTarget(const FuzzSettings& settings, Goroutines goroutines)
    : mutator_(mutation_options(goroutines)),
      input_maker_(settings.input_maker),
      goroutines_(goroutines),
      poison_(settings.poison_mode(runtime::PoisonMode::kFill)) {}

FuzzVerdict NestTarget::run_one(std::string_view text) {
  ++tally_.executions;
  situations_.begin_run();
  const Nest* made = mutator_.tree_of(text);
  const Nest* nest = made != nullptr ? made : parsed(text);
  if (nest == nullptr) {
    ++tally_.rejected;
    return FuzzVerdict::kRejected;
  }
  ++tally_.valid;
  violation_ = judge(*nest);
  if (violation_ && made != nullptr) judge_again(text);
  return violation_ ? FuzzVerdict::kFinding : FuzzVerdict::kRan;
}

const Nest* NestTarget::parsed(std::string_view text) {
  arena_.reset();
  Diagnostic diagnostic;
  return load(text, arena_, diagnostic);
}

std::optional<runtime::Violation> NestTarget::judge(const Nest& nest) {
  runtime::Options options = options_of(nest.directives);
  options.poison = poison_;
  return judge(nest, options);
}

// Runs the text of a finding. The mutator's tree has no lines, but a report must name lines.
void NestTarget::judge_again(std::string_view text) {
  const Nest* nest = parsed(text);
  if (nest == nullptr) return;
  if (auto violation = judge(*nest)) violation_ = std::move(violation);
}

std::optional<std::string_view> NestTarget::mutate(std::string_view text, size_t max_bytes,
                                                   uint32_t seed) {
  switch (input_maker_) {
    case InputMaker::kTree:
      return is_seeding() ? mutator_.generate(max_bytes, seed)
                          : mutator_.mutate(text, max_bytes, seed);
    case InputMaker::kGenerate:
      return mutator_.generate(max_bytes, seed);
    case InputMaker::kBytes:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string_view> NestTarget::cross_over(std::string_view a, std::string_view b,
                                                       size_t max_bytes, uint32_t seed) {
  if (input_maker_ != InputMaker::kTree || is_seeding()) return mutate(a, max_bytes, seed);
  return mutator_.cross_over(a, b, max_bytes, seed);
}

std::string NestTarget::situations() const {
  return situations_line(tally_, &situations_, goroutines_ == Goroutines::kSeveral);
}

}  // namespace stackquake
