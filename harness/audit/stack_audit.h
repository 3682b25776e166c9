#ifndef STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_

// stack-accounting: sizes and bounds of stacks, and the allocator's count of bytes in use.

#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

class StackAudit {
 public:
  StackAudit(runtime::Runtime& runtime, Shadow& shadow, Reporter& reporter)
      : runtime_(runtime), shadow_(shadow), reporter_(reporter) {}

  // Called after a copy, and after a goroutine has begun. Checks that the goroutine's stack has a
  // valid size and place, overlaps with no other stack, and holds the registers, and that the
  // allocator's count is the sum of all stacks.
  void changed(const runtime::G& g);

 private:
  void bounds(const runtime::G& g);
  void overlaps(const runtime::G& g);
  void totals();
  void report(std::string_view cause, std::string message);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  Reporter& reporter_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_
