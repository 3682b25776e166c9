// The words by which a Panic knows its place on the stack, in designs in which it is an iterator
// over frames or keeps where a Goexit goes on.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/audit/checks_testing.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::PanicLayout;
using runtime::RuntimeFunction;

// The deferred call is open-coded, and another one is pending while the stack moves.
constexpr char kPanics[] = R"(
package main

func run() {
	defer trace(1)
	defer func() {
		trace(code(recover()))
		move()
	}()
	panic(2)
}

func main() {
	run()
	trace(3)
}
)";

constexpr char kExits[] = R"(
package main

import "runtime"

func main() {
	defer trace(1)
	defer func() {
		move()
	}()
	runtime.Goexit()
}
)";

struct PanicWord {
  using Offset = uint32_t PanicLayout::*;

  std::string_view design;
  std::string_view name;
  Offset word;
  RuntimeFunction function;  // that has the Panic in its frame
  const char* nest;
};

constexpr PanicWord kWords[] = {
    {"go1.14", "start_sp", &PanicLayout::start_sp, RuntimeFunction::kGoexit, kExits},
    {"go1.18", "start_sp", &PanicLayout::start_sp, RuntimeFunction::kGoexit, kExits},
    {"go1.22", "start_sp", &PanicLayout::start_sp, RuntimeFunction::kGopanic, kPanics},
    {"go1.22", "start_sp", &PanicLayout::start_sp, RuntimeFunction::kGoexit, kExits},
    {"go1.22", "sp", &PanicLayout::sp, RuntimeFunction::kGopanic, kPanics},
    {"go1.22", "bits", &PanicLayout::bits, RuntimeFunction::kGopanic, kPanics},
    {"go1.22", "slots", &PanicLayout::slots, RuntimeFunction::kGoexit, kExits},
    {"go1.26", "start_sp", &PanicLayout::start_sp, RuntimeFunction::kGopanic, kPanics},
    {"go1.26", "sp", &PanicLayout::sp, RuntimeFunction::kGoexit, kExits},
    {"go1.26", "bits", &PanicLayout::bits, RuntimeFunction::kGopanic, kPanics},
    {"go1.26", "slots", &PanicLayout::slots, RuntimeFunction::kGopanic, kPanics},
};

class PanicWordsTest : public ChecksTest {
 protected:
  // The map of the word's frame does not have it, so that no copy adjusts it.
  void unmap(const PanicWord& word) {
    faults.design = word.design;
    faults.layouts = [this, &word](std::vector<runtime::RuntimeLayout>& layouts) {
      const PanicLayout& panic = runtime::make_design(word.design)->panic_layout();
      for (runtime::RuntimeLayout& layout : layouts) {
        if (layout.function != word.function) continue;
        const uint32_t slot = layout.frame_words - panic.words() + panic.*word.word;
        pointers_.assign(layout.pointers.begin(), layout.pointers.end());
        EXPECT_EQ(std::erase(pointers_, slot), 1u) << word.design << " " << word.name;
        layout.pointers = pointers_;
      }
    };
  }

  // The signature that a check gives to a word.
  static std::string signature_of(std::string_view check, const PanicWord& word) {
    const bool panics = word.function == RuntimeFunction::kGopanic;
    return std::string(check) + (panics ? ":gopanic:Panic." : ":Goexit:Panic.") +
           std::string(word.name);
  }

  // No situation is of the share: only what is looked at after copies is compared.
  static constexpr SituationShare kNothingButCopies{.seed = 1, .one_in = UINT32_MAX};

 private:
  std::vector<uint16_t> pointers_;
};

TEST_F(PanicWordsTest, OneThatIsMissedIsStaleAtTheCopyThatMissedIt) {
  share = kNothingButCopies;
  for (const PanicWord& word : kWords) {
    unmap(word);
    EXPECT_EQ(signature(word.nest), signature_of("stale-pointer", word)) << word.design;
    EXPECT_EQ(stats().copies, 1u);
  }
}

TEST_F(PanicWordsTest, TheCopierIsAskedForEachBeforeItCopies) {
  for (const PanicWord& word : kWords) {
    unmap(word);
    EXPECT_EQ(signature(word.nest), signature_of("root-disagreement", word) + ":copier misses")
        << word.design;
    EXPECT_EQ(stats().copies, 0u);
  }
}

TEST_F(PanicWordsTest, NoneIsWrongWhereTheMapHasIt) {
  for (const PanicWord& word : kWords) {
    faults.design = word.design;
    for (const SituationShare& each : {SituationShare(), kNothingButCopies}) {
      share = each;
      EXPECT_EQ(signature(word.nest), "") << word.design;
      EXPECT_EQ(stats().copies, 1u);
    }
  }
}

// It is reported as a word of the Panic, and not as a local of gopanic.
TEST_F(PanicWordsTest, OneThatTheMapHasIsStaleByItsName) {
  share = kNothingButCopies;
  faults.design = "go1.22";
  for (const PanicWord& word : kWords) {
    if (word.design != faults.design) continue;
    faults.after_copystack = [&](G& g, const Stack& old_stack) {
      const PanicLayout& layout = runtime().design().panic_layout();
      *runtime::at(layout.word(g.panic, layout.*word.word)) -= g.stack.hi - old_stack.hi;
    };
    EXPECT_EQ(signature(word.nest), signature_of("stale-pointer", word));
  }
}

}  // namespace
}  // namespace stackquake
