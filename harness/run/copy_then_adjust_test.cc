// The design copy-then-adjust reads nothing on the old stack once the words have been moved, and
// differs from go1.4 in nothing that a run can tell.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/run/nest_checker.h"
#include "harness/run/run_testing.h"
#include "harness/testing/corpus_folder.h"
#include "runtime_under_test/adjust.h"
#include "runtime_under_test/designs/copy-then-adjust/copy_then_adjust.h"
#include "runtime_under_test/designs/designs.h"
#include "runtime_under_test/poison.h"

namespace stackquake {
namespace {

using runtime::Adjuster;
using runtime::CopyThenAdjust;
using runtime::G;
using runtime::Options;
using runtime::Poison;
using runtime::PoisonMode;

// The text of every nest of the corpus.
std::vector<std::string> nests() {
  std::vector<std::string> texts;
  const auto add = [&](const std::string& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(corpus_folder() + "/" + folder)) {
      if (entry.path().extension() == ".go") texts.push_back(read_corpus_file(entry.path()));
    }
  };
  for (const char* folder : {"defects", "regressions", "seeds", "trophies", "truth"}) add(folder);
  return texts;
}

// Copies and collects at every safepoint, and grows stacks as well.
Options copying(Options options) {
  options.stack_bytes = runtime::kMinStackBytes;
  options.move = runtime::MovePolicy::kSafepoint;
  options.gc = runtime::GcPolicy::kSafepoint;
  options.poison = PoisonMode::kFill;
  return options;
}

// Overwrites the old stack before it adjusts anything. What the design reads there from then on
// makes it go wrong.
class WithoutOldStack : public CopyThenAdjust {
 public:
  WithoutOldStack() : CopyThenAdjust(runtime::DefectSet()) {}

  uint64_t copystack(G& g, uint32_t bytes) final {
    const runtime::Stack old_stack = g.stack;
    old_stack_ = &old_stack;
    const uint64_t words = CopyThenAdjust::copystack(g, bytes);
    old_stack_ = nullptr;
    ++copies;
    return words;
  }

  void adjust_pointers(G& g, Adjuster& adjuster) final {
    if (old_stack_ != nullptr) {
      poison(old_stack_->lo, old_stack_->bytes(), Poison::kOldStack, PoisonMode::kFill);
      too_early(g, adjuster);
    }
    CopyThenAdjust::adjust_pointers(g, adjuster);
  }

  uint64_t copies = 0;

 private:
  // What a design in a wrong order adjusts first.
  virtual void too_early(G&, Adjuster&) {}

  const runtime::Stack* old_stack_ = nullptr;
};

class ArgumentsBeforeClosures final : public WithoutOldStack {
  void too_early(G& g, Adjuster& adjuster) override { tracebackdefers(g, adjuster); }
};

class FramesBeforeRecords final : public WithoutOldStack {
  void too_early(G& g, Adjuster& adjuster) override { gentraceback(g, adjuster); }
};

std::string signature_of(NestChecker& checker, const std::string& text) {
  Diagnostic diagnostic;
  const Nest* nest = checker.load(text, diagnostic);
  if (nest == nullptr) return diagnostic.message;
  const auto& violation =
      checker.run(copying(options_of(nest->directives)), Checks::kAll).violation;
  return violation ? violation->signature : "";
}

std::string signature_on(std::unique_ptr<runtime::Design> design, const std::string& defect) {
  NestChecker checker(std::move(design));
  return signature_of(checker, read_corpus_file(corpus_folder() + "/defects/" + defect + ".go"));
}

TEST(CopyThenAdjustTest, ReadsNothingOnTheOldStack) {
  auto design = std::make_unique<WithoutOldStack>();
  const uint64_t& copies = design->copies;
  NestChecker checker(std::move(design));
  for (const std::string& text : nests()) EXPECT_EQ(signature_of(checker, text), "") << text;
  EXPECT_GT(copies, 0u);
}

// The order matters: the test above can fail.
TEST(CopyThenAdjustTest, AWrongOrderIsFound) {
  EXPECT_EQ(
      signature_on(std::make_unique<ArgumentsBeforeClosures>(), "closure-on-stack-skips-args"),
      "bad-dereference:pending call:fn");
  EXPECT_EQ(signature_on(std::make_unique<FramesBeforeRecords>(), "panic-pops-defer"),
            "bad-traceback:gentraceback:Defer");
}

// The hash has the places of all stacks, and how many words each copy has adjusted.
TEST(CopyThenAdjustTest, EveryRunIsThatOfGo14) {
  const std::vector<std::string> texts = nests();
  const auto runs_on = [&](std::string_view design) {
    runtime::Runtime runtime(runtime::make_design(design));
    Compiler compiler(runtime.design());
    std::vector<uint64_t> sums;
    for (const std::string& text : texts) {
      const CompiledNest nest = compile_nest(compiler, text);
      RunHash hash;
      runtime.run(nest.program, copying(nest.options), hash);
      sums.push_back(hash.sum());
    }
    return sums;
  };
  const std::vector<uint64_t> expected = runs_on("go1.4");
  const std::vector<uint64_t> found = runs_on("copy-then-adjust");
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(found[i], expected[i]) << texts[i];
}

}  // namespace
}  // namespace stackquake
