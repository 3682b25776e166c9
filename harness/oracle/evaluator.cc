#include "harness/oracle/evaluator.h"

#include <algorithm>
#include <bit>

namespace stackquake::oracle {

namespace {

constexpr uint32_t kMostGoroutines = 1024;

// A runtime needs at most four times the words that the oracle counts: it adds return addresses and
// a guard, and rounds the size of a stack up to a power of two.
constexpr uint64_t kStackWordsPerWord = 4;

// A runtime's stacks take at most 256 MiB together. Half of it counts here, because a copy needs
// the old stack and the new one at the same time.
constexpr uint64_t kMostStackWords = (uint64_t{128} << 20) / sizeof(Word);

// With preempts_anywhere, one of three statements is followed by a preemption, on average. That is
// far more often than any Go preempts: rare interleavings must come up within the few schedules
// that are tried.
constexpr uint32_t kStepsBetweenPreemptions = 3;

// For a copy of a stack, whatever is on it. A runtime's copy takes 32 steps, and the stack may have
// to grow back.
constexpr uint64_t kStepsPerWalk = 8;

}  // namespace

const OracleResult& Evaluator::evaluate(const Nest& nest, const OracleOptions& options) {
  begin(nest, options);
  push_activation(new_goroutine(), *nest.main, nullptr);
  run();
  return result_;
}

void Evaluator::begin(const Nest& nest, const OracleOptions& options) {
  options_ = options;
  result_.clear();
  finished_ = false;
  plan_.read(nest);
  scheduler_.reset(options.seed, options.by_priority);
  heap_.reset();
  allocated_words_ = stack_words_ = 0;
  word_limit_ = options.limit_bytes / sizeof(Word) / kLimitPart;
  running_ = nullptr;
  fault_ = kNoError;
  end_goroutines();
  started_ = alive_ = 0;
  main_has_exited_ = false;
  address_book_.clear();
  fresh_addresses_ = 0;
}

// All are free for the next run: they have no part in it until they are started.
void Evaluator::end_goroutines() {
  if (goroutines_.size() > kKeptGoroutines) goroutines_.resize(kKeptGoroutines);
  free_.clear();
  for (auto& goroutine : goroutines_) {
    const bool has_run = goroutine->number != 0;
    if (has_run && goroutine->capacity() > kKeptWords) goroutine = std::make_unique<Goroutine>();
    goroutine->number = 0;
    free_.push_back(goroutine.get());
  }
}

size_t Evaluator::capacity() const {
  size_t words = 0;
  for (const auto& goroutine : goroutines_) words += goroutine->capacity();
  return words;
}

void Evaluator::run() {
  while (!finished_) {
    Goroutine* next = scheduler_.pick();
    if (next == nullptr) return out_of_goroutines();
    resume(*next);
    while (running_ != nullptr && !finished_) {
      step();
      if (options_.preempts_anywhere) preempt();
    }
  }
}

void Evaluator::resume(Goroutine& goroutine) {
  running_ = &goroutine;
  frame_ = goroutine.top().frame;
  if (!goroutine.has_begun) {
    goroutine.has_begun = true;
    begin_function();
  } else if (goroutine.blocked != Blocked::kNot) {
    continue_operation();
  }
}

void Evaluator::step() {
  charge(1);
  if (running_->unwinds) {
    unwind();
  } else if (running_->blocks.size() == running_->top().first_block) {
    leave_function();
  } else if (OpenBlock& block = running_->blocks.back(); block.next == block.end) {
    end_block();
  } else {
    execute(**block.next++);
  }
  if (fault_ == kNoError) return;
  const ErrorCode code = fault_;
  fault_ = kNoError;
  raise(code);
}

// Preempts the running goroutine at random statements. Only with options_.preempts_anywhere.
void Evaluator::preempt() {
  if (running_ == nullptr || scheduler_.random(kStepsBetweenPreemptions) != 0) return;
  scheduler_.ready(*running_);
  running_ = nullptr;
}

void Evaluator::finish(Kind kind) {
  if (finished_) return;
  finished_ = true;
  result_.outcome.kind = kind;
}

void Evaluator::charge(uint64_t steps) {
  result_.steps += steps;
  if (result_.steps > options_.max_steps) finish(Kind::kFuel);
}

// ---- Goroutines ----

Goroutine& Evaluator::new_goroutine() {
  if (free_.empty()) {
    goroutines_.push_back(std::make_unique<Goroutine>());
    free_.push_back(goroutines_.back().get());
  }
  Goroutine& goroutine = *free_.back();
  free_.pop_back();
  goroutine.clear();
  if (started_ == kMostGoroutines) finish(Kind::kFuel);
  goroutine.number = ++started_;
  ++alive_;
  result_.trace_of(goroutine.number);
  reserve_stack(goroutine, options_.stack_bytes / sizeof(Word));
  scheduler_.ready(goroutine);
  return goroutine;
}

// What a walk or a copy of the goroutine's stack costs a runtime, besides the words of the stack:
// something for each walk, its frames, at most four more for each panic, its deferred calls with
// their arguments, and the cases that it waits in. A runtime has ten steps for each, so it may look
// at them several times.
uint64_t Evaluator::records(const Goroutine& goroutine) {
  return kStepsPerWalk + goroutine.activations.size() + 4 * goroutine.unwindings.size() +
         goroutine.deferred.size() + goroutine.deferred_words.size() + goroutine.cases.size();
}

void Evaluator::reserve_stack(Goroutine& goroutine, uint64_t words) {
  if (words <= goroutine.stack_words) return;
  // A runtime copies the stack whenever it has to double.
  if (std::bit_width(words) > std::bit_width(goroutine.stack_words)) charge(records(goroutine));
  stack_words_ += words - goroutine.stack_words;
  goroutine.stack_words = words;
  if (stack_words_ > kMostStackWords) finish(Kind::kOverflow);
}

void Evaluator::take_words(uint64_t words) {
  running_->words += words;
  result_.most_words = std::max(result_.most_words, running_->words);
  if (running_->words > word_limit_) return finish(Kind::kOverflow);
  reserve_stack(*running_, running_->words * kStackWordsPerWord);
}

void Evaluator::end_running() {
  stack_words_ -= running_->stack_words;
  --alive_;
  free_.push_back(running_);
  running_ = nullptr;
}

void Evaluator::out_of_goroutines() {
  finish(main_has_exited_ && alive_ == 0 ? Kind::kGoexit : Kind::kDeadlock);
}

}  // namespace stackquake::oracle
