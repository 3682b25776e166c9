#ifndef STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_STACK_AUDIT_H_

// stack-accounting: sizes and bounds of stacks, and what the allocator believes is in use.

#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

class StackAudit {
 public:
  StackAudit(runtime::Runtime& runtime, Shadow& shadow, Reporter& reporter)
      : runtime_(runtime), shadow_(shadow), reporter_(reporter) {}

  // After a copy, and after a goroutine has begun: its stack is a stack, overlaps with that of no
  // other goroutine, and holds its registers; and the allocator counts what goroutines have.
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
