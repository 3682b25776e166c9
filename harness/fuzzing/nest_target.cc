#include "harness/fuzzing/nest_target.h"

#include <utility>

#include "harness/compiler/nest_runner.h"
#include "harness/language/language.h"
#include "harness/run/file_names.h"

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
      choice_(settings),
      tells_runs_(settings.tells_runs) {}

FuzzVerdict NestTarget::run_one(std::string_view text) {
  ++tally_.executions;
  situations_.begin_run();
  told_run_.reset();
  const Nest* made = mutator_.tree_of(text);
  const Nest* nest = made != nullptr ? made : parsed(text);
  if (nest == nullptr) {
    ++tally_.rejected;
    return FuzzVerdict::kRejected;
  }
  ++tally_.valid;
  const uint64_t hash = hash_of_input(text);
  const bool is_told = choice_.is_told(hash);
  RunDigest digest;
  violation_ = judge(*nest, hash, is_told ? &digest : nullptr);
  if (violation_ && made != nullptr) judge_again(text, hash);
  if (!violation_ && is_told) tell(text, hash, digest);
  if (tells_runs_) told_runs_.ran(text);
  return violation_ ? FuzzVerdict::kFinding : FuzzVerdict::kRan;
}

const Nest* NestTarget::parsed(std::string_view text) {
  arena_.reset();
  Diagnostic diagnostic;
  return load(text, arena_, diagnostic);
}

std::optional<runtime::Violation> NestTarget::judge(const Nest& nest, uint64_t hash,
                                                    RunDigest* digest) {
  Manner manner{options_of(nest.directives), choice_.runs_unobserved(hash), digest};
  manner.options.poison = choice_.poison(hash);
  return judge(nest, manner);
}

// Runs the text of a finding. The mutator's tree has no lines, but a report must name lines.
void NestTarget::judge_again(std::string_view text, uint64_t hash) {
  const Nest* nest = parsed(text);
  if (nest == nullptr) return;
  if (auto violation = judge(*nest, hash, nullptr)) violation_ = std::move(violation);
}

void NestTarget::tell(std::string_view text, uint64_t hash, const RunDigest& digest) {
  violation_ = told_runs_.compare(hash, digest);
  // JSON could not hold any other text unchanged.
  if (tells_runs_ && is_utf8(std::string(text))) told_run_ = told_runs_.told(text, digest);
}

std::optional<std::string_view> NestTarget::mutate(std::string_view text, size_t max_bytes,
                                                   uint32_t seed) {
  switch (input_maker_) {
    case InputMaker::kTree:
      return is_fresh(seed) ? mutator_.generate(max_bytes, seed)
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

FuzzProgress NestTarget::progress() const {
  return {tally_, &situations_, goroutines_ == Goroutines::kSeveral};
}

}  // namespace stackquake
