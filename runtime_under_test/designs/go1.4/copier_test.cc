// The rules of the copier of go1.4.

#include <gtest/gtest.h>

#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

// The copier looks for the map of the arguments through the closure.
TEST(PendingCallTest, FnThatIsNoClosureIsAViolation) {
  class Spoiler final : public Observer {
   public:
    void deferred(const G& g, const DeferredCall& d) override {
      record_at<Defer>(d.record)->fn = g.stack.lo;
    }
  } spoiler;
  Machine machine;
  ProgramWriter& writer = machine.writer;
  const uint32_t callee = writer.begin("callee", 0);
  writer.end();
  writer.begin("main", 2);
  writer.emit({Opcode::kConst, 0, 0, 0, 0});
  writer.emit({Opcode::kStaticFuncval, 1, 0, 0, callee});
  writer.call(RuntimeFunction::kDeferproc);
  writer.emit_safepoint({Opcode::kMove});
  writer.end();
  EXPECT_EQ(signature_of(machine.run({}, spoiler)), "bad-dereference:pending call:fn");
}

}  // namespace
}  // namespace stackquake::runtime
