#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_4_GO14_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_4_GO14_H_

// The design of Go 1.4 as released (1.4.2).
//
// Defer records are heap objects on a list, newest first, with their arguments behind the header. A
// record stays on the list while a panic or Goexit runs its call: it is marked started and names
// the panic that runs it. So whoever walks the list, copier or collector, finds its arguments, and
// its frame's continuation. A later panic or Goexit that meets a started record knows that whoever
// started it will never go on: it marks that panic aborted and takes the record off. A record's
// panic and fn are cleared before it leaves the list, since a frame of an aborted gopanic may still
// hold a pointer to the record.
//
// A Panic lies in its gopanic's frame, and the frame's map covers its pointers; the copier has to
// care only for G::panic itself.
//
// copystack works on the old stack in place and moves the words last: no walk ever reads the new,
// unfinished stack.
//
// One thing is not Go 1.4's: a faulted frame goes on at its deferreturn, and its words are read by
// the map there, as in later versions. Go 1.4 takes the map of the newest deferproc, whose live
// words may be dead by the time of the fault.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime_under_test/design.h"
#include "runtime_under_test/records.h"

namespace stackquake::runtime {

class Go14 final : public Design {
 public:
  explicit Go14(DefectSet defects) : Design(defects) {}

  std::string_view name() const override { return "go1.4"; }
  std::span<const RuntimeLayout> layouts() const override;
  void begin_run(Runtime& runtime) override;

  void deferproc(G& g) override;
  void deferreturn(G& g) override;
  Flow gopanic(G& g) override;
  Any gorecover(G& g, Address argp) override;
  Flow goexit(G& g) override;
  void goexit0(G& g) override;
  void chain(const G& g, std::vector<ChainLink>& out) const override;
  void enter_wrapper(G& g, Address argp, Address callee_argp) override;

  bool gentraceback(const G& g, FrameVisitor& visitor) override;
  void tracebackdefers(const G& g, FrameVisitor& visitor) override;
  void adjust_pointers(G& g, Adjuster& adjuster) override;
  uint64_t copystack(G& g, uint32_t bytes) override;

  void clearpools() override;
  void visit_roots(const G& g, RootVisitor& visitor) override;

 private:
  // Records are pooled by 16 bytes of arguments: 0, 1 to 16, … 49 to 64. Larger ones are not
  // pooled.
  static constexpr uint32_t kPools = 5;
  static uint32_t deferclass(int32_t siz) { return (static_cast<uint32_t>(siz) + 15) / 16; }

  Defer* newdefer(G& g, int32_t siz);
  void freedefer(G& g, Defer* d);
  void drop(G& g, Defer* d);

  Panic* begin_panic(G& g);
  bool drop_started(G& g, Defer* d);
  Flow run_deferred(G& g, Defer* d);
  void recovery(G& g, Panic* p, Word pc, Address argp);

  Runtime* runtime_ = nullptr;
  std::array<Address, kPools> deferpool_{};
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_4_GO14_H_
