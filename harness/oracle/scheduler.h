#ifndef STACKQUAKE_HARNESS_ORACLE_SCHEDULER_H_
#define STACKQUAKE_HARNESS_ORACLE_SCHEDULER_H_

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "harness/oracle/goroutine.h"

namespace stackquake::oracle {

// Decides which goroutine runs next, exactly as the runtimes under test decide it. So nests whose
// behaviour depends on the schedule can be compared, too.
//
// Runnable goroutines wait in a queue. With seed 0 they run in the order of the queue, until they
// block. Any other seed starts a sequence of random numbers. Each decision takes the next one:
//   - which of the runnable goroutines is picked,
//   - in which order a select tries its cases,
//   - how many calls of the program's functions are made until the next preemption, which comes
//     before the body of the last of them.
//
// With `by_priority`, which no runtime under test has, the runnable goroutine of highest priority
// is picked. Priorities are random numbers, drawn anew at random times, so that one goroutine may
// get far ahead of others that could run.
class Scheduler {
 public:
  // Empties the queue and draws the time of the first preemption.
  void reset(uint32_t seed, bool by_priority = false) {
    seed_ = seed;
    by_priority_ = by_priority;
    priorities_seed_ = seed;
    state_ = seed;
    runnable_.clear();
    first_ = 0;
    draw_preemption();
  }

  // A number below `bound`. With seed 0 it is 0, and no random number is used up.
  uint32_t random(uint32_t bound) {
    if (seed_ == 0) return 0;
    // SplitMix64, of which the upper half is scaled to the bound.
    const uint64_t upper = mixed(state_ += kGolden) >> 32;
    return static_cast<uint32_t>(upper * bound >> 32);
  }

  // Puts a goroutine at the end of the queue.
  void ready(Goroutine& goroutine) { runnable_.push_back(&goroutine); }

  // Removes a goroutine from the queue and returns it; null when the queue is empty.
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

  // Called when a function of the program starts: whether to preempt the goroutine before its body.
  bool preempts() {
    if (--calls_left_ != 0) return false;
    draw_preemption();
    return true;
  }

  // Sets `order` to the order in which a select tries its `count` cases.
  void shuffle(uint32_t count, std::vector<uint32_t>& order) {
    order.resize(count);
    for (uint32_t i = 0; i < count; ++i) order[i] = i;
    if (seed_ == 0) return;
    for (uint32_t i = count; i > 1; --i) std::swap(order[i - 1], order[random(i)]);
  }

 private:
  // Must be kMaxCallsBetweenPreemptions of the runtime's scheduler.cc. Small, because a nest
  // makes few calls: a preemption comes after 8.5 of them on average.
  static constexpr uint32_t kMostCallsBetweenPreemptions = 16;
  // On average. A goroutine can then yield dozens of times while another one waits; real Go has let
  // one yield three times as often as another. Far more would be too many: priorities must also
  // change within a short run.
  static constexpr uint32_t kPicksBetweenPriorities = 48;
  static constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

  static uint64_t mixed(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  // The index of the goroutine of highest priority among the `waiting` ones in the queue.
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
  std::vector<Goroutine*> runnable_;  // the queue starts at first_
  size_t first_ = 0;
};

}  // namespace stackquake::oracle

#endif  // STACKQUAKE_HARNESS_ORACLE_SCHEDULER_H_
