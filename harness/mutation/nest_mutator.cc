#include "harness/mutation/nest_mutator.h"
#include "harness/mutation/percent.h"

#include <algorithm>
#include <utility>

#include "harness/language/language.h"
#include "harness/mutation/step_cost.h"
#include "runtime_under_test/memory.h"

namespace stackquake {
namespace {

// A mutation makes 1.6 changes on average. One small step keeps what made the input worth keeping;
// but some situations need two changes that are worth nothing one by one.
constexpr uint32_t kMostChanges = 4;
constexpr uint32_t kAnotherChangePercent = 40;

// Every third input starts afresh, so that the campaign never only varies what its corpus has.
constexpr uint32_t kFreshNestPercent = 30;

// Of fresh nests. The runtime under test has records to get wrong and hardly a compiler; but
// mutators take up what these nests have, such as comparisons with loaded pointers.
constexpr uint32_t kCompilerProfilePercent = 12;

// A tree that is changed again and again keeps what was cut out of it in its arenas.
constexpr uint32_t kMostReuses = 16;

// A mutation starts again from the text when its result takes too many steps, and then gives up.
constexpr int kMostAttempts = 4;

// A mutator often finds no place in a small nest, so each change may fail this often.
constexpr uint32_t kTriesForAChange = 4;

// Deletions take a statement or two each, so a text that is too long needs many of them.
constexpr uint32_t kTriesForLength = 64;

// Of a text of the full length, so many changes are deletions; of a shorter one proportionally
// fewer.
constexpr size_t kDeletionPercent = 50;

// The oracle has no expectation for a nest that overflows or panics with nil. Few of them pass,
// since other nests may still come from them.
constexpr uint32_t kSilentOutcomePercent = 10;

// More rounds of a loop than any budget has.
constexpr uint64_t kFarBytes = uint64_t{1} << 20;

// Of the oracle, for a nest that overflows. An endless recursion takes this many where the limit of
// its stack is the default.
constexpr uint64_t kMostStepsOfDeepNests = 50'000;

constexpr std::string_view kSmallestNest = "package main\n\nfunc main() {}\n";

constexpr size_t kSplice = [] {
  size_t index = 0;
  while (kMutators[index].name != "splice") ++index;
  return index;
}();

constexpr size_t kDelete = [] {
  size_t index = 0;
  while (kMutators[index].name != "delete_statement") ++index;
  return index;
}();

constexpr std::array<uint32_t, std::size(kMutators)> kMutatorWeights = [] {
  std::array<uint32_t, std::size(kMutators)> weights{};
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = kMutators[i].weight;
  return weights;
}();

}  // namespace

NestMutator::NestMutator(MutationOptions options) : options_(options), mender_(arena_, random_) {}

std::string_view NestMutator::mutate(std::string_view text, size_t max_bytes, uint32_t seed) {
  const bool has_tree = begin(text, max_bytes, seed);
  if (random_.chance(kFreshNestPercent)) return generated();
  if (!has_tree && !load_text(text)) return generated();
  return mutated(text);
}

std::string_view NestMutator::cross_over(std::string_view a, std::string_view b, size_t max_bytes,
                                         uint32_t seed) {
  if (!begin(a, max_bytes, seed) && !load_text(a)) return mutate(b, max_bytes, seed);
  next_donor_ = parse_donor(b);
  if (next_donor_ == nullptr) return mutate(a, max_bytes, seed);
  donor_text_ = b;
  for (int attempt = 0; attempt < 2 * kMostAttempts; ++attempt) {
    if (attempt > 0) load_text(a);
    if (apply(kMutators[kSplice], counts_[kSplice]) == Step::kFailed) continue;
    if (random_.chance(kAnotherChangePercent)) change();
    if (text_.size() <= max_bytes_ && in_budget()) return result();
  }
  load_text(a);
  return mutated(a);
}

std::string_view NestMutator::generate(size_t max_bytes, uint32_t seed) {
  begin({}, max_bytes, seed);
  return generated();
}

const Nest* NestMutator::tree_of(std::string_view text) const {
  return result_tree_ != nullptr && text == result_ ? result_tree_ : nullptr;
}

// ---- Texts and trees ----

// True when the text is the last result, whose tree is still there and need not be parsed: an
// engine changes an input a few times in a row.
bool NestMutator::begin(std::string_view text, size_t max_bytes, uint64_t seed) {
  random_ = Random(seed);
  max_bytes_ = max_bytes;
  scale_ = 1;
  donor_text_ = {};
  next_donor_ = nullptr;
  const bool has_tree = tree_of(text) != nullptr && ++reuses_ < kMostReuses;
  result_tree_ = nullptr;
  if (has_tree) {
    text_ = result_;
  } else {
    reuses_ = 0;
    donor_arena_.reset();
  }
  return has_tree;
}

// Loads the text that will be changed. False when it is not a nest.
bool NestMutator::load_text(std::string_view text) {
  Diagnostic diagnostic;
  arena_.reset();
  nest_ = load(arena_.copy(text), arena_, diagnostic);
  if (nest_ == nullptr) return false;
  forget_finds(nest_->directives);
  text_.clear();
  print(*nest_, text_);
  return true;
}

// Restores the tree after a failed change.
void NestMutator::undo() {
  Diagnostic diagnostic;
  arena_.reset();
  nest_ = load(arena_.copy(text_), arena_, diagnostic);
}

std::string_view NestMutator::result() {
  result_.swap(text_);
  result_tree_ = nest_;
  return result_;
}

std::string_view NestMutator::fall_back(std::string_view text) {
  if (text.size() > max_bytes_ || !load_text(text) || !in_budget()) return generated();
  result_.assign(text);
  result_tree_ = nest_;
  return result_;
}

GeneratorOptions NestMutator::generator_options(Profile profile) const {
  return {.goroutines = options_.goroutines, .profile = profile, .most_scale = options_.most_scale};
}

std::string_view NestMutator::generated() {
  Diagnostic diagnostic;
  for (int attempt = 0; attempt < 2 * kMostAttempts; ++attempt) {
    arena_.reset();
    const Profile profile =
        random_.chance(kCompilerProfilePercent) ? Profile::kCompiler : Profile::kRecords;
    Generator generator(random_, arena_, generator_options(profile));
    nest_ = generator.nest();
    scale_ = generator.scale();
    if (!check(*nest_, arena_, diagnostic)) continue;
    text_.clear();
    print(*nest_, text_);
    if (text_.size() <= max_bytes_ && in_budget()) return result();
  }
  if (kSmallestNest.size() > max_bytes_) return {};
  load_text(kSmallestNest);
  return result();
}

// ---- Changes ----

// Mutates a loaded text.
std::string_view NestMutator::mutated(std::string_view text) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    if (attempt > 0) load_text(text);
    uint32_t changes = 1;
    while (changes < kMostChanges && random_.chance(kAnotherChangePercent)) ++changes;
    // Changes may cancel each other.
    if (try_to_mutate(changes) && text_ != text && in_budget()) return result();
  }
  return fall_back(text);
}

// True when at least one change was made and the text is not too long.
bool NestMutator::try_to_mutate(uint32_t changes) {
  uint32_t made = 0;
  for (uint32_t tries = changes * kTriesForAChange; tries > 0 && made < changes; --tries) {
    if (change()) ++made;
  }
  for (uint32_t tries = kTriesForLength; tries > 0 && text_.size() > max_bytes_; --tries) {
    if (change()) ++made;
  }
  return made > 0 && text_.size() <= max_bytes_;
}

bool NestMutator::change() {
  const size_t index = choose_mutator();
  return apply(kMutators[index], counts_[index]) == Step::kDone;
}

// Deletions get likelier as the text gets longer. A text that is too long gets nothing else.
size_t NestMutator::choose_mutator() {
  const size_t percent = kDeletionPercent * text_.size() / std::max<size_t>(max_bytes_, 1);
  const bool deletes = text_.size() > max_bytes_ || random_.chance(static_cast<uint32_t>(percent));
  return deletes ? kDelete : random_.weighted(kMutatorWeights);
}

NestMutator::Step NestMutator::apply(const Mutator& mutator, MutatorCounts& counts) {
  Generator generator(random_, arena_, generator_options(Profile::kRecords));
  generator.avoid_names(*nest_);
  scale_ = std::max(scale_, generator.scale());
  MutationContext context{.nest = *nest_,
                          .arena = arena_,
                          .random = random_,
                          .generator = generator,
                          .donor = *this,
                          .site = site_,
                          .goroutines = options_.goroutines};
  donor_ = nullptr;
  if (mutator.apply(context)) return accept(counts);
  ++counts.no_place;
  return Step::kFailed;
}

NestMutator::Step NestMutator::accept(MutatorCounts& counts) {
  Diagnostic diagnostic;
  const bool has_donor = donor_ != nullptr;
  mender_.mend(*nest_, has_donor ? donor_->functions : std::span<Function*>());
  uint64_t* verdict = &counts.refused;
  if (check(*nest_, arena_, diagnostic)) {
    candidate_.clear();
    print(*nest_, candidate_);
    const bool too_long = candidate_.size() > max_bytes_ && candidate_.size() >= text_.size();
    verdict =
        too_long ? &counts.too_long : (candidate_ == text_ ? &counts.unchanged : &counts.accepted);
  }
  ++*verdict;
  if (verdict != &counts.accepted) {
    undo();
    return Step::kFailed;
  }
  text_.swap(candidate_);
  return Step::kDone;
}

bool NestMutator::in_budget() {
  using Kind = OracleOutcome::Kind;
  OracleOptions options = oracle_options(nest_->directives, Level::kGo14);
  options.max_steps = options_.max_steps * scale_ / cost_of_a_step(nest_->directives);
  const OracleResult* result = &oracle_.evaluate(*nest_, options);
  const Kind kind = result->outcome.kind;
  const bool is_silent = kind == Kind::kOverflow || kind == Kind::kNilpanic;
  if (is_silent && !random_.chance(kSilentOutcomePercent)) return false;
  if (kind == Kind::kOverflow) result = &evaluated_with_room(options);
  if (result->outcome.kind == Kind::kFuel) return false;
  const bool uses_addresses = result->used_addr;
  const bool levels_differ = result->events.has(OracleEvent::kRecoveredDuringGoexit);
  if (uses_addresses && !ends_with_any_addresses(options)) return false;
  if (!levels_differ) return true;
  // What ends at one level may not end at the other.
  options.level = Level::kModern;
  return ends(options) && (!uses_addresses || ends_with_any_addresses(options));
}

// A loop may count from one address to another, or to a number that is near one. So the addresses
// are as far from each other and from all such numbers as those of a run may be, in both ways.
bool NestMutator::ends_with_any_addresses(OracleOptions options) {
  options.address_bytes = kFarBytes;
  options.addresses = AddressAssignment::kAscending;
  options.first_address = runtime::kHeapBase;
  if (!ends(options)) return false;
  options.addresses = AddressAssignment::kDescending;
  options.first_address = runtime::kMemoryEnd - runtime::kWordBytes;
  return ends(options);
}

bool NestMutator::ends(const OracleOptions& options) {
  using Kind = OracleOutcome::Kind;
  const OracleResult& result = oracle_.evaluate(*nest_, options);
  const bool goes_on = result.outcome.kind == Kind::kOverflow;
  return (goes_on ? evaluated_with_room(options) : result).outcome.kind != Kind::kFuel;
}

// A run may have room where the oracle gives up, and go on with what never ends.
const OracleResult& NestMutator::evaluated_with_room(OracleOptions options) {
  options = with_room(options);
  options.max_steps = std::max(options.max_steps, kMostStepsOfDeepNests);
  return oracle_.evaluate(*nest_, options);
}

// ---- Donors ----

// The second nest of a cross-over; without one, a copy of the nest itself or a generated one.
Nest& NestMutator::take() {
  if (!donor_text_.empty()) {
    donor_ =
        next_donor_ != nullptr ? std::exchange(next_donor_, nullptr) : parse_donor(donor_text_);
  } else if (random_.chance(mutation_percent::kEven)) {
    donor_ = parse_donor(text_);
  } else {
    Diagnostic diagnostic;
    donor_ = Generator(random_, donor_arena_, {.goroutines = options_.goroutines}).nest();
    if (!check(*donor_, donor_arena_, diagnostic)) donor_ = parse_donor(text_);
  }
  return *donor_;
}

Nest* NestMutator::parse_donor(std::string_view text) {
  Diagnostic diagnostic;
  return load(donor_arena_.copy(text), donor_arena_, diagnostic);
}

}  // namespace stackquake
