#include "harness/oracle/evaluator.h"

namespace stackquake::oracle {

namespace {

// The heap words of an entry in a queue, which is a heap record in a runtime (a sudog of Go).
constexpr uint64_t kWaiterHeapWords = 6;

}  // namespace

// ---- Waiting and waking ----

void Evaluator::block(Blocked blocked) {
  charge(kStepsPerSwitch);
  running_->blocked = blocked;
  running_->is_served = false;
  running_->served = nullptr;
  running_ = nullptr;
}

// Lets the running goroutine wait in a channel's queue.
void Evaluator::wait_in(WaitQueue& queue, Blocked blocked) {
  allocated_words_ += kWaiterHeapWords;
  running_->waiters.assign(1, {.goroutine = running_, .element = running_->element});
  queue.append(running_->waiters[0]);
  block(blocked);
}

// Wakes the goroutine of a waiter that has been taken out of its queue. Unless `has_moved`, the
// element has not been moved yet, and the goroutine tries its operation again.
void Evaluator::wake(Waiter& waiter, bool has_moved) {
  waiter.goroutine->served = has_moved ? &waiter : nullptr;
  scheduler_.ready(*waiter.goroutine);
}

// Goes on with the operation in which the running goroutine was blocked.
void Evaluator::continue_operation() {
  Goroutine& goroutine = *running_;
  const Blocked blocked = goroutine.blocked;
  const bool has_moved = goroutine.served != nullptr;
  goroutine.blocked = Blocked::kNot;
  if (blocked == Blocked::kSelect) return continue_select();
  const Channel& channel = *goroutine.channel;
  if (blocked == Blocked::kSend) {
    if (has_moved) return;
    if (channel.closed) return raise(kClosedChannel);
    return send_buffered();
  }
  if (channel.is_buffered() && !has_moved) return receive_buffered();
  deliver(*goroutine.statement, {has_moved ? goroutine.element : 0});
}

// ---- Moving one element ----

// Gives an element to a waiting receiver. False when none waits.
bool Evaluator::hand_over(Channel& channel, Word element) {
  Waiter* receiver = channel.receivers.take();
  if (receiver == nullptr) return false;
  receiver->goroutine->element = element;
  wake(*receiver, true);
  return true;
}

bool Evaluator::take_from_sender(Channel& channel, Word& element) {
  Waiter* sender = channel.senders.take();
  if (sender == nullptr) return false;
  element = sender->element;
  wake(*sender, true);
  return true;
}

void Evaluator::push(Channel& channel, Word element) {
  if (options_.direct_handoff && hand_over(channel, element)) return;
  channel.push(element);
  if (Waiter* receiver = channel.receivers.take()) wake(*receiver, false);
}

Word Evaluator::pop(Channel& channel) {
  const Word element = channel.pop();
  Waiter* sender = channel.senders.take();
  if (sender == nullptr) return element;
  if (options_.direct_handoff) channel.push(sender->element);
  wake(*sender, options_.direct_handoff);
  return element;
}

// ---- Send, receive, close ----

void Evaluator::send(const Statement& statement) {
  Goroutine& goroutine = *running_;
  goroutine.channel = to_pointer<Channel>(value(*statement.target).first);
  goroutine.element = value(*statement.value).first;
  if (fault_ != kNoError) return;
  if (goroutine.channel == nullptr) return block(Blocked::kSend);
  Channel& channel = *goroutine.channel;
  if (channel.closed) return raise(kClosedChannel);
  if (channel.is_buffered()) return send_buffered();
  if (!hand_over(channel, goroutine.element)) wait_in(channel.senders, Blocked::kSend);
}

void Evaluator::send_buffered() {
  Channel& channel = *running_->channel;
  if (channel.is_full()) return wait_in(channel.senders, Blocked::kSend);
  push(channel, running_->element);
}

void Evaluator::receive(const Expression& receive, const Statement& statement) {
  Goroutine& goroutine = *running_;
  goroutine.statement = &statement;
  goroutine.channel = to_pointer<Channel>(value(*receive.left).first);
  if (goroutine.channel == nullptr) return block(Blocked::kReceive);
  Channel& channel = *goroutine.channel;
  if (channel.is_buffered()) return receive_buffered();
  Word element = 0;
  if (channel.closed || take_from_sender(channel, element)) {
    return deliver(statement, {element});
  }
  wait_in(channel.receivers, Blocked::kReceive);
}

void Evaluator::receive_buffered() {
  Channel& channel = *running_->channel;
  if (channel.count > 0) return deliver(*running_->statement, {pop(channel)});
  if (channel.closed) return deliver(*running_->statement, {});
  wait_in(channel.receivers, Blocked::kReceive);
}

void Evaluator::close(const Expression& call) {
  auto* channel = to_pointer<Channel>(value(*call.arguments[0]).first);
  if (channel == nullptr) return raise(kCloseOfNilChannel);
  if (channel->closed) return raise(kClosedChannel);
  channel->closed = true;
  while (Waiter* receiver = channel->receivers.take()) wake(*receiver, false);
  while (Waiter* sender = channel->senders.take()) wake(*sender, false);
}

// ---- Select ----

void Evaluator::select(const Statement& statement) {
  running_->statement = &statement;
  running_->cases.clear();
  for (const SelectCase& select_case : statement.cases) {
    if (select_case.kind == CaseKind::kDefault) continue;
    auto* channel = to_pointer<Channel>(value(*select_case.channel).first);
    const Word element = select_case.kind == CaseKind::kSend ? value(*select_case.value).first : 0;
    running_->cases.push_back({&select_case, channel, element});
  }
  if (fault_ == kNoError) try_select(false);
}

void Evaluator::try_select(bool was_woken) {
  std::vector<PreparedCase>& cases = running_->cases;
  scheduler_.shuffle(static_cast<uint32_t>(cases.size()), case_order_);
  for (const uint32_t number : case_order_) {
    const Readiness readiness = try_case(cases[number]);
    if (readiness == Readiness::kNotReady) continue;
    if (was_woken) pass_wakeups_on();
    if (readiness == Readiness::kClosed) return raise(kClosedChannel);
    return choose(*cases[number].select_case, cases[number].element);
  }
  for (const SelectCase& select_case : running_->statement->cases) {
    if (select_case.kind == CaseKind::kDefault) return open_block(select_case.body);
  }
  wait_in_all();
}

// Does the operation of a case, unless it would have to wait.
Evaluator::Readiness Evaluator::try_case(PreparedCase& prepared) {
  if (prepared.channel == nullptr) return Readiness::kNotReady;
  Channel& channel = *prepared.channel;
  if (prepared.select_case->kind == CaseKind::kSend) {
    if (channel.closed) return Readiness::kClosed;
    if (!channel.is_buffered()) {
      return hand_over(channel, prepared.element) ? Readiness::kReady : Readiness::kNotReady;
    }
    if (channel.is_full()) return Readiness::kNotReady;
    push(channel, prepared.element);
    return Readiness::kReady;
  }
  if (channel.count > 0) {
    prepared.element = pop(channel);
    return Readiness::kReady;
  }
  if (!channel.is_buffered() && take_from_sender(channel, prepared.element)) {
    return Readiness::kReady;
  }
  return channel.closed ? Readiness::kReady : Readiness::kNotReady;
}

void Evaluator::choose(const SelectCase& select_case, Word element) {
  if (select_case.target != nullptr) {
    const Variable& target = *select_case.target->variable;
    store(target.type, cell_of(target), {element});
  }
  open_block(select_case.body);
}

WaitQueue& Evaluator::queue_of(const PreparedCase& prepared) {
  return prepared.select_case->kind == CaseKind::kSend ? prepared.channel->senders
                                                       : prepared.channel->receivers;
}

void Evaluator::wait_in_all() {
  std::vector<PreparedCase>& cases = running_->cases;
  running_->waiters.assign(cases.size(), {.goroutine = running_});
  for (size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].channel == nullptr) continue;
    running_->waiters[i].number = static_cast<uint32_t>(i);
    running_->waiters[i].element = cases[i].element;
    queue_of(cases[i]).append(running_->waiters[i]);
    allocated_words_ += kWaiterHeapWords;
  }
  block(Blocked::kSelect);
}

void Evaluator::continue_select() {
  Goroutine& goroutine = *running_;
  for (size_t i = 0; i < goroutine.cases.size(); ++i) {
    if (goroutine.cases[i].channel == nullptr) continue;
    queue_of(goroutine.cases[i]).remove(goroutine.waiters[i]);
  }
  if (goroutine.served == nullptr) {
    charge(goroutine.cases.size());
    return try_select(true);
  }
  choose(*goroutine.cases[goroutine.served->number].select_case, goroutine.element);
}

// A select that was woken for an element or for room in a buffered channel, but took another case,
// must wake the next waiter of that channel instead.
void Evaluator::pass_wakeups_on() {
  for (const PreparedCase& prepared : running_->cases) {
    if (prepared.channel == nullptr || !prepared.channel->is_buffered()) continue;
    const bool is_send = prepared.select_case->kind == CaseKind::kSend;
    const bool is_ready = is_send ? !prepared.channel->is_full() : prepared.channel->count > 0;
    if (!is_ready) continue;
    if (Waiter* next = queue_of(prepared).take()) wake(*next, false);
  }
}

}  // namespace stackquake::oracle
