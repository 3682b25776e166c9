#ifndef STACKQUAKE_HARNESS_AUDIT_CONTENT_AUDIT_H_
#define STACKQUAKE_HARNESS_AUDIT_CONTENT_AUDIT_H_

// stray-write: memory that was changed by a store that nobody has told of.

#include <array>
#include <cstdint>
#include <string>

#include "harness/audit/reporter.h"
#include "harness/audit/shadow.h"
#include "harness/audit/stack_books.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// The copier and the collector tell of none of their stores, and neither has any business in these
// words:
//
//   words of living objects       hold what the last store that was told of has left: the shadow
//                                 keeps that value beside each word of the heap
//   the word behind an object     is zero, if it belongs to no object
//   freed objects and stacks      hold the pattern that they were filled with, in poison modes that
//                                 fill and leave the memory readable
//
// Defer records and sudogs are not looked at, nor the headers of channels: the runtime keeps its
// numbers in them, and copies adjust the pointers. RecordAudit and WordAudit check these.
class ContentAudit {
 public:
  ContentAudit(runtime::Runtime& runtime, Shadow& shadow, const StackBooks& stacks,
               Reporter& reporter)
      : runtime_(runtime), shadow_(shadow), stacks_(stacks), reporter_(reporter) {}

  void reset();

  // The memory of `stack`, which was a stack of this run before, is handed out again.
  void reused(const runtime::Stack& stack);

  // Memory that was no stack of this run before is handed out. Without poison it must be zero:
  // nothing of an earlier run is left there.
  void fresh(const runtime::Stack& stack);

  // A stack has been copied. Below what was moved, the new one is poisoned.
  void copied(const runtime::G& g);

  // An object has been made, of which every word must be zero.
  void allocated(runtime::Address object, uint32_t words);

  // Notes what a collection has freed, and checks everything.
  void collected(const runtime::Collection& collection);

  // Checks living objects, and what was freed last.
  void check();

 private:
  // Freed objects and parts of freed stacks that each call looks at. What is written to freed
  // memory is mostly written to what was freed last.
  static constexpr size_t kFreedObjects = 16;
  static constexpr uint32_t kFreedStackWords = 128;
  static constexpr uint32_t kUnusedStackWords = 16;  // at both ends

  bool fills() const;
  bool is_readable_when_freed() const;
  void object(const HeapObject& object);
  void behind(const HeapObject& object);
  void freed_object(runtime::Address start);
  void freed_stack(const runtime::Stack& stack, uint64_t words);
  bool is_filled(runtime::Address start, uint64_t words, runtime::Poison poison,
                 runtime::Address& changed) const;
  void stray(std::string_view cause, runtime::Address word, std::string message);

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  const StackBooks& stacks_;
  Reporter& reporter_;
  std::array<runtime::Address, kFreedObjects> freed_{};  // a ring
  size_t next_freed_ = 0;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_CONTENT_AUDIT_H_
