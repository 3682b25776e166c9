#ifndef STACKQUAKE_HARNESS_AUDIT_WORD_HISTORY_H_
#define STACKQUAKE_HARNESS_AUDIT_WORD_HISTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/audit/memory_names.h"
#include "harness/audit/shadow.h"
#include "runtime_under_test/g.h"
#include "runtime_under_test/observer.h"
#include "runtime_under_test/result.h"
#include "runtime_under_test/runtime.h"

namespace stackquake {

// Follows one word through a run and notes its history: where the object with the word was
// allocated, where its value was stored, which stack copies adjusted it or missed it, and whether a
// collection freed it.
//
// The history stays short, even in a long run:
//
// - A new frame or object at the word's place begins a new history.
// - A store removes the events of the earlier values.
// - Copies in a row that did the same to the word are one event.
//
// It needs the shadow of the run, to tell pointers from numbers that look like pointers. A Checker
// has it, and runs the program with the history as a second observer. See investigate.h.
class WordHistory final : public runtime::Observer {
 public:
  WordHistory(runtime::Runtime& runtime, Shadow& shadow, const runtime::Program& program,
              const runtime::WordName& word)
      : runtime_(runtime), shadow_(shadow), names_(program, shadow), word_(word) {}

  // The events, oldest first.
  const std::vector<runtime::WordEvent>& events() const { return events_; }

  void executing(const runtime::G& g, const runtime::Gobuf& registers) override;
  void stored_scalars(runtime::Address to, uint32_t words) override;
  void stored_code(runtime::Address to) override;
  void stored_pointer(runtime::Address to, runtime::Address target) override;
  void stored_copy(runtime::Address to, runtime::Address from, uint32_t words) override;
  void allocated(runtime::Address object, uint32_t words, uint16_t type) override;
  void goroutine_started(const runtime::G& g) override;
  void goroutine_ended(const runtime::G& g) override;
  void called(const runtime::G& g, const runtime::Function& function) override;
  void copying_stack(const runtime::G& g) override;
  void stack_copied(const runtime::G& g, const runtime::StackCopy& copy) override;
  void collected(const runtime::Collection& collection) override;

 private:
  // Where the word is now; 0 while there is no such word.
  runtime::Address address() const;
  bool lies_in(runtime::Address start, uint32_t words) const;

  void stored(std::string what);
  void add(runtime::WordEventKind kind, std::string what, runtime::Word value, uint64_t number);
  void add_copy(runtime::WordEventKind kind, runtime::Word value);

  // The registers of the running goroutine, at the instruction or call of the runtime that is
  // executed now.
  runtime::Gobuf registers() const;

  runtime::Runtime& runtime_;
  Shadow& shadow_;
  MemoryNames names_;
  runtime::WordName word_;
  std::vector<runtime::WordEvent> events_;

  const runtime::G* owner_ = nullptr;  // the goroutine of the stack with the word, while it lives
  runtime::Address object_ = 0;        // the object with the word, while it lives

  // The last instruction: its goroutine, its registers, and the registers in the G before it.
  const runtime::G* executing_ = nullptr;
  runtime::Gobuf at_instruction_;
  runtime::Gobuf before_instruction_;

  std::optional<runtime::Word> before_copy_;  // the word's value, where it is in use
  bool is_pointer_ = false;                   // into a stack, before the copy
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_AUDIT_WORD_HISTORY_H_
