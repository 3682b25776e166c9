#include <bit>

#include "runtime_under_test/designs/common/walks.h"
#include "runtime_under_test/designs/go1.18/go118.h"
#include "runtime_under_test/runtime.h"

namespace stackquake::runtime {

namespace {

// A step is about as long as a look at this many frames and records.
constexpr uint64_t kLooksPerStep = 2;

}  // namespace

DeferredCall Go118::deferred_call(Address record) const {
  DeferredCall call = Go113::deferred_call(record);
  call.stands_for_frame = is_open(*record_at<const Defer>(record));
  return call;
}

const OpenDefers& Go118::open_defers(const Defer& d) const {
  const Program& program = runtime_->program();
  return program.functions[program.function_of[code_index(d.pc)]].open_defers;
}

// Not of a record that was given back, whose pc is 0.
bool Go118::is_open(const Defer& d) const {
  return is_code(runtime_->program(), d.pc) && open_defers(d).count != 0;
}

bool Go118::has_bits(const Defer& d) const {
  return *at(slot_of(d.argp, open_defers(d).bits)) != 0;
}

// Go's addOneOpenDeferFrame: makes a record for the first frame outside of that with these
// registers that has open-coded calls and no record. Makes none where it meets a frame whose record
// is started.
void Go118::add_open_record(G& g, Word pc, Address sp) {
  const Program& program = runtime_->program();
  const auto base = static_cast<uint16_t>(RuntimeFunction::kGoexitBase);
  Address* link = &g.defer;
  for (uint64_t looks = 1;; ++looks) {
    const Stkframe inner = frame_at(program, pc, sp);
    pc = *at(inner.varp);
    sp = inner.argp;
    if (!is_code(program, pc)) {
      return runtime_->fail("bad-traceback", "addOneOpenDeferFrame", "",
                            "the walk has left the stack or the code");
    }
    ++runtime_->frames_visited;
    const uint16_t number = program.function_of[code_index(pc)];
    if (number == base) return runtime_->charge(looks / kLooksPerStep);
    if (program.functions[number].open_defers.count == 0) continue;
    while (*link != 0 && record_at<Defer>(*link)->argp < sp) {
      link = &record_at<Defer>(*link)->link;
      ++looks;
    }
    const bool has_record = *link != 0 && record_at<Defer>(*link)->argp == sp;
    const bool looks_on = has_record && (record_at<Defer>(*link)->started == 0 ||
                                         has(Defect::kOpenRecordAddedPastInProgress));
    if (looks_on) continue;
    runtime_->charge(looks / kLooksPerStep);
    return has_record ? void() : make_open_record(g, link, pc, sp);
  }
}

// Makes the open record of the frame with these registers, and puts it on the list at `link`.
void Go118::make_open_record(G& g, Address* link, Word pc, Address sp) {
  const Address head = g.defer;
  Defer* d = newdefer(g, 0);
  g.defer = head;
  runtime_->store_code(address_of(&d->pc), pc);
  runtime_->store_pointer(address_of(&d->argp), sp);
  runtime_->store_pointer(address_of(&d->link), *link);
  if (link == &g.defer) {
    g.defer = d->address();
  } else {
    runtime_->store_pointer(address_of(link), d->address());
  }
  if (Observer* observer = runtime_->observer()) observer->deferred(g, deferred_call(d->address()));
}

// After a recovery of the frame at `sp`: gives the open records back whose frames run their calls
// themselves. Those behind a started record belong to a panic in progress, which needs them.
void Go118::drop_stale_records(G& g, Address sp) {
  Address* link = &g.defer;
  if (g.defer != 0 && record_at<Defer>(g.defer)->argp == sp) {
    auto* d = record_at<Defer>(g.defer);
    if (is_open(*d)) {
      if (has(Defect::kOpenStaleWhenFrameUnfinished)) return;
      link = &d->link;
    }
  }
  while (*link != 0) {
    auto* d = record_at<Defer>(*link);
    const bool is_passed = has(Defect::kOpenRemovalRunsPastInProgress) && !is_open(*d);
    if (d->started != 0 && !is_passed) return;
    if (!is_open(*d)) {
      link = &d->link;
      continue;
    }
    if (link == &g.defer) {
      g.defer = d->link;
    } else {
      runtime_->store_pointer(address_of(link), d->link);
    }
    freedefer(g, d);
    if (has(Defect::kOpenStaleAfterRepanic)) return;
  }
}

// Go's runOpenDeferFrame: runs the calls of the frame of the head of the list, the last one first.
// Stops when one has recovered.
Flow Go118::run_open(G& g, DeferRunner runner) {
  const Address record = g.defer;
  for (;;) {
    const auto* d = record_at<Defer>(record);
    const OpenDefers& open = open_defers(*d);
    const Address bits = slot_of(d->argp, open.bits);
    const Word set = *at(bits);
    if (set == 0) return Flow::kContinue;
    const auto bit = static_cast<uint16_t>(std::bit_width(set) - 1);
    runtime_->store_scalar(bits, set & ~(Word{1} << bit));
    const Address slot = slot_of(d->argp, static_cast<uint16_t>(open.first_slot + bit));
    if (runner != DeferRunner::kDeferreturn) may_recover(g);
    runtime_->open_started(g, slot, d->argp, runner);
    const OpenCall& arguments = runtime_->program().calls_of(open)[bit];
    const Flow flow = call(g, *at(slot), slot_of(d->argp, arguments.arguments),
                           arguments.words * static_cast<uint32_t>(kWordBytes));
    if (flow == Flow::kUnwind) return Flow::kUnwind;
    if (g.defer != record) {
      runtime_->fail("throw", "runOpenDeferFrame", "Defer", "bad defer entry in panic");
      return Flow::kUnwind;
    }
    if (runner == DeferRunner::kPanic && panic_in(g.sched.sp)->recovered != 0) {
      return Flow::kContinue;
    }
  }
}

}  // namespace stackquake::runtime
