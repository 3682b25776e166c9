#ifndef STACKQUAKE_HARNESS_ORACLE_SCHEDULER_H_
#define STACKQUAKE_HARNESS_ORACLE_SCHEDULER_H_

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "harness/oracle/goroutine.h"

namespace stackquake::oracle {

// Who runs next, decided exactly as the runtimes under test decide it, so that nests whose
// behaviour depends on the schedule can be compared too.
//
// Runnable goroutines wait in a queue. With seed 0 they run in its order, until they block. Any
// other seed gives a sequence of random numbers, from which every decision takes the next: which of
// the runnable ones is picked, in which order a select tries its cases, and after how many calls of
// the program's functions the one that is just beginning is preempted.
//
// By priority, which no runtime under test does, the one of highest priority is picked. Priorities
// are random numbers that are drawn anew at times, so that a goroutine may get far ahead of others
// that could run.
class Scheduler {
 public:
  // Nobody is runnable. Draws the time of the first preemption.
  void reset(uint32_t seed, bool by_priority = false) {
    seed_ = seed;
    by_priority_ = by_priority;
    priorities_seed_ = seed;
    state_ = seed;
    runnable_.clear();
    first_ = 0;
    draw_preemption();
  }

  // A number below `bound`; 0, and nothing is drawn, with seed 0.
  uint32_t random(uint32_t bound) {
    if (seed_ == 0) return 0;
    // SplitMix64; the upper half is scaled.
    const uint64_t upper = mixed(state_ += kGolden) >> 32;
    return static_cast<uint32_t>(upper * bound >> 32);
  }

  // Goes to the end of the queue.
  void ready(Goroutine& goroutine) { runnable_.push_back(&goroutine); }

  // Takes one out of the queue; null when it is empty.
  Goroutine* pick() {
    const auto waiting = static_cast<uint32_t>(runnable_.size() - first_);
    if (waiting == 0) return nullptr;
    const uint32_t picked = by_priority_ ? of_highest_priority(waiting) : random(waiting);
    std::swap(runnable_[first_], runnable_[first_ + picked]);
    Goroutine* goroutine = runnable_[first_++];
    if (first_ == runnable_.size()) {
      runnable_.clear();
      first_ = 0;
    }
    return goroutine;
  }

  // A function of the program begins: whether the goroutine is preempted before its body.
  bool preempts() {
    if (--calls_left_ != 0) return false;
    draw_preemption();
    return true;
  }

  // The order in which a select tries `count` cases, by their numbers.
  void shuffle(uint32_t count, std::vector<uint32_t>& order) {
    order.resize(count);
    for (uint32_t i = 0; i < count; ++i) order[i] = i;
    if (seed_ == 0) return;
    for (uint32_t i = count; i > 1; --i) std::swap(order[i - 1], order[random(i)]);
  }

 private:
  static constexpr uint32_t kMostCallsBetweenPreemptions = 16;
  static constexpr uint32_t kPicksBetweenPriorities = 48;  // on average
  static constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

  static uint64_t mixed(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  // Its place among the `waiting` that are runnable.
  uint32_t of_highest_priority(uint32_t waiting) {
    if (random(kPicksBetweenPriorities) == 0) priorities_seed_ = ++state_;
    const auto priority = [this](const Goroutine& goroutine) {
      return mixed(priorities_seed_ + goroutine.number * kGolden);
    };
    uint32_t best = 0;
    for (uint32_t i = 1; i < waiting; ++i) {
      const Goroutine& candidate = *runnable_[first_ + i];
      if (priority(candidate) > priority(*runnable_[first_ + best])) best = i;
    }
    return best;
  }

  void draw_preemption() {
    calls_left_ = seed_ == 0 ? std::numeric_limits<uint64_t>::max()
                             : 1 + uint64_t{random(kMostCallsBetweenPreemptions)};
  }

  uint32_t seed_ = 0;
  bool by_priority_ = false;
  uint64_t priorities_seed_ = 0;
  uint64_t state_ = 0;
  uint64_t calls_left_ = 0;
  std::vector<Goroutine*> runnable_;  // from first_ on
  size_t first_ = 0;
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_SCHEDULER_H_
