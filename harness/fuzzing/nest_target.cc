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
  variation_.clear();
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
  Manner manner = manner_of(*nest, hash);
  if (is_told) manner.digest = &digest;
  violation_ = judge(*nest, manner);
  if (violation_) judge_again(text, hash);
  if (!violation_ && is_told) tell(text, hash, digest);
  if (tells_runs_) told_runs_.ran(text);
  if (!violation_) run_variations(text, *nest, hash);
  return violation_ ? FuzzVerdict::kFinding : FuzzVerdict::kRan;
}

void NestTarget::run_variations(std::string_view text, const Nest& nest, uint64_t hash) {
  const RunExtent extent = extent_;
  const uint32_t variations = can_vary(extent) ? choice_.variations() : 0;
  variations_arena_.reset();
  for (uint32_t i = 1; i <= variations && !violation_; ++i) {
    Nest other = nest;
    other.directives = varied(nest.directives, extent, hash + i, variations_arena_);
    variation_ = with_directives(text, other.directives);
    run_variation(other);
  }
  if (!violation_) variation_.clear();
}

void NestTarget::run_variation(const Nest& nest) {
  ++tally_.executions;
  ++tally_.variations;
  ++tally_.valid;
  if (before_variation_) before_variation_(variation_);
  const uint64_t hash = hash_of_input(variation_);
  Manner manner = manner_of(nest, hash);
  manner.is_same_nest = true;
  violation_ = judge(nest, manner);
  if (violation_) judge_again(variation_, hash);
  if (tells_runs_) told_runs_.ran(variation_);
}

const Nest* NestTarget::parsed(std::string_view text) {
  arena_.reset();
  Diagnostic diagnostic;
  return load(text, arena_, diagnostic);
}

NestTarget::Manner NestTarget::manner_of(const Nest& nest, uint64_t hash) const {
  Manner manner;
  manner.options = options_of(nest.directives);
  manner.options.poison = choice_.poison(hash);
  manner.share = choice_.share(hash);
  manner.unobserved_too = choice_.runs_unobserved(hash);
  return manner;
}

// Runs the text of a finding as a replay does. A report must name lines, which the mutator's tree
// has not, and another situation than those of the share may be the first that is wrong.
void NestTarget::judge_again(std::string_view text, uint64_t hash) {
  const Nest* nest = parsed(text);
  if (nest == nullptr) return;
  Manner manner = manner_of(*nest, hash);
  manner.share = {};
  if (auto violation = judge(*nest, manner)) violation_ = std::move(violation);
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
