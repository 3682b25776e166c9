#include <algorithm>
#include <numeric>
#include <span>

#include "runtime_under_test/channels.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// For putting a sudog into its queue and taking it out again.
constexpr uint64_t kStepsPerWaitingCase = 4;

std::span<const SelectCase> cases_of(const Program& program, const SelectTable& table) {
  return {program.select_cases.data() + table.first_case, table.cases};
}

}  // namespace

void Channels::shuffle_cases(const SelectTable& table) {
  pollorder_.resize(table.cases);
  std::iota(pollorder_.begin(), pollorder_.end(), 0);
  if (runtime_.options().seed == 0) return;
  for (uint32_t i = table.cases; i > 1; --i) {
    std::swap(pollorder_[i - 1], pollorder_[runtime_.scheduler().random(i)]);
  }
}

// Does the case's operation if that needs no waiting.
Channels::Readiness Channels::try_case(G& g, const SelectCase& select_case) {
  Hchan* channel = channel_at(g, select_case.channel);
  if (channel == nullptr) return Readiness::kNotReady;
  const Address element = g.slot_address(select_case.element);
  if (select_case.is_send) {
    if (channel->closed != 0) return Readiness::kClosed;
    if (channel->dataqsiz == 0) {
      return hand_over(channel, element) ? Readiness::kReady : Readiness::kNotReady;
    }
    if (channel->qcount == channel->dataqsiz) return Readiness::kNotReady;
    push(channel, element);
    return Readiness::kReady;
  }
  if (channel->qcount > 0) {
    pop(channel, element);
    return Readiness::kReady;
  }
  if (channel->dataqsiz == 0 && take_from_sender(channel, element)) return Readiness::kReady;
  if (channel->closed == 0) return Readiness::kNotReady;
  runtime_.store_scalar(element, 0);
  return Readiness::kReady;
}

void Channels::enqueue_cases(G& g, const SelectTable& table, uint16_t done_slot) {
  const Address done = g.slot_address(done_slot);
  runtime_.store_scalar(done, 0);
  Address* last = &g.waiting;
  for (const SelectCase& select_case : cases_of(runtime_.program(), table)) {
    Hchan* channel = channel_at(g, select_case.channel);
    if (channel == nullptr) continue;
    Sudog* sudog = acquire_sudog(g);
    runtime_.store_pointer(address_of(&sudog->selectdone), done);
    runtime_.store_pointer(address_of(&sudog->elem), g.slot_address(select_case.element));
    *last = address_of(sudog);
    if (last != &g.waiting) runtime_.store_pointer(address_of(last), address_of(sudog));
    runtime_.store_pointer(address_of(&sudog->waitlink), 0);
    last = &sudog->waitlink;
    enqueue(select_case.is_send ? channel->sendq : channel->recvq, sudog);
  }
}

// Takes all sudogs of the select out of their queues; gives the case that was served, or null when
// a close or a buffered channel woke it.
const SelectCase* Channels::dequeue_cases(G& g, const SelectTable& table) {
  // The pointers into the stack go before the sudogs leave G::waiting: a copier must never miss
  // them.
  for (Address a = g.waiting; a != 0; a = record_at<Sudog>(a)->waitlink) {
    if (!runtime_.has(Defect::kSudogSelectdoneStale)) {  // keeps an address on the stack
      runtime_.store_pointer(address_of(&record_at<Sudog>(a)->selectdone), 0);
    }
    forget_elem(record_at<Sudog>(a));
  }
  Address next = g.waiting;
  g.waiting = 0;
  const SelectCase* served = nullptr;
  for (const SelectCase& select_case : cases_of(runtime_.program(), table)) {
    Hchan* channel = channel_at(g, select_case.channel);
    if (channel == nullptr) continue;
    auto* sudog = record_at<Sudog>(next);
    next = sudog->waitlink;
    if (g.param == address_of(sudog)) {
      served = &select_case;
    } else {
      dequeue_loser(select_case.is_send ? channel->sendq : channel->recvq, sudog);
    }
    if (!runtime_.has(Defect::kSudogLinksKept)) {  // which leads to all later ones
      runtime_.store_pointer(address_of(&sudog->waitlink), 0);
    }
    release_sudog(sudog);
  }
  forget_param(g);
  return served;
}

void Channels::dequeue_loser(Waitq& queue, Sudog* sudog) {
  if (!runtime_.has(Defect::kSelectDequeueByG)) return dequeue_sudog(queue, sudog);
  // Whichever of the goroutine's comes first. Go goes through the cases from the last to the first
  // one and through the queue from its front; this loop is the other way round.
  for (Address a = queue.last; a != 0; a = record_at<Sudog>(a)->prev) {
    if (record_at<Sudog>(a)->g == sudog->g) return dequeue_sudog(queue, record_at<Sudog>(a));
  }
}

// A goroutine that a buffered channel woke, and that has done something else instead, wakes the
// next in its place: the element or the room that was for it is still there.
void Channels::pass_wakeups_on(const G& g, const SelectTable& table) {
  for (const SelectCase& select_case : cases_of(runtime_.program(), table)) {
    Hchan* channel = channel_at(g, select_case.channel);
    if (channel == nullptr || channel->dataqsiz == 0) continue;
    const bool ready =
        select_case.is_send ? channel->qcount < channel->dataqsiz : channel->qcount > 0;
    if (!ready) continue;
    if (Sudog* next = dequeue(select_case.is_send ? channel->sendq : channel->recvq)) {
      wake(next, 0);
    }
  }
}

Flow Channels::selectgo(G& g, const SelectTable& table, uint16_t done_slot) {
  const std::span<const SelectCase> cases = cases_of(runtime_.program(), table);
  ++runtime_.stats().channel_operations;
  for (bool woken = false;; woken = true) {
    runtime_.charge(table.cases);
    shuffle_cases(table);
    for (uint32_t number : pollorder_) {
      const Readiness readiness = try_case(g, cases[number]);
      if (readiness == Readiness::kNotReady) continue;
      if (woken) pass_wakeups_on(g, table);
      if (readiness == Readiness::kClosed) {
        runtime_.raise(g, RuntimeFunction::kPanicchan, kClosedChannel);
      } else {
        g.sched.pc = code_pc(cases[number].target);
      }
      return Flow::kContinue;
    }
    if (table.has_default) {
      g.sched.pc = code_pc(table.default_target);
      return Flow::kContinue;
    }
    g.param = 0;
    runtime_.charge(uint64_t{table.cases} * kStepsPerWaitingCase);
    enqueue_cases(g, table, done_slot);
    if (runtime_.scheduler().park(g) == Flow::kUnwind) return Flow::kUnwind;
    if (const SelectCase* served = dequeue_cases(g, table)) {
      g.sched.pc = code_pc(served->target);
      return Flow::kContinue;
    }
  }
}

}  // namespace stackquake::runtime
