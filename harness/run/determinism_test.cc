// Equal programs and options give equal runs, down to every stored address, whatever ran before and
// in a fresh runtime, too. Replaying findings and reducing nests depend on this.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/run/run_testing.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using runtime::Options;
using runtime::PoisonMode;

// Everything that distinguishes two runs.
struct Record {
  Behaviour behaviour;
  runtime::Stats stats;
  uint64_t hash;

  friend bool operator==(const Record&, const Record&) = default;
};

class DeterminismTest : public testing::TestWithParam<PoisonMode> {
 protected:
  DeterminismTest() {
    renew_runtime();
    Compiler compiler(runtime_->design());
    nests_ = compile_corpus(compiler);
  }

  // Destroys the old runtime first, because only one can exist at a time.
  void renew_runtime() {
    runtime_.reset();
    runtime_ = std::make_unique<runtime::Runtime>(runtime::make_design("go1.4"));
  }

  static Options moving(const CompiledNest& nest) {
    Options options = nest.options;
    options.poison = GetParam();
    options.move = runtime::MovePolicy::kCall;
    options.gc = runtime::GcPolicy::kAlloc;
    options.seed = 12345;
    return options;
  }

  Record record(const CompiledNest& nest) {
    RunHash hash;
    const runtime::RunResult& result = runtime_->run(nest.program, moving(nest), hash);
    return {behaviour_of(result), result.stats, hash.sum()};
  }

  std::unique_ptr<runtime::Runtime> runtime_;
  std::vector<CompiledNest> nests_;
};

TEST_P(DeterminismTest, RunsAreEqualWhateverRanBefore) {
  std::vector<Record> first;
  for (const CompiledNest& nest : nests_) first.push_back(record(nest));
  for (size_t i = nests_.size(); i-- > 0;) {
    EXPECT_EQ(record(nests_[i]) == first[i], true) << nests_[i].name << " after others";
    // Another run in between, which leaves other data in memory.
    Options other = nests_[i].options;
    other.place = runtime::PlacePolicy::kReuse;
    other.poison = GetParam() == PoisonMode::kProtect ? PoisonMode::kNone : PoisonMode::kProtect;
    runtime_->run(nests_[i].program, other);
  }
  renew_runtime();
  for (size_t i = 0; i < nests_.size(); ++i) {
    EXPECT_EQ(record(nests_[i]) == first[i], true) << nests_[i].name << " in a fresh runtime";
  }
}

TEST_P(DeterminismTest, ObserverChangesNothing) {
  for (const CompiledNest& nest : nests_) {
    const Record watched = record(nest);
    const runtime::RunResult& alone = runtime_->run(nest.program, moving(nest));
    EXPECT_EQ(watched.behaviour, behaviour_of(alone)) << nest.name;
    EXPECT_EQ(watched.stats == alone.stats, true) << nest.name;
  }
}

INSTANTIATE_TEST_SUITE_P(PoisonModes, DeterminismTest,
                         testing::Values(PoisonMode::kNone, PoisonMode::kFill, PoisonMode::kAsan,
                                         PoisonMode::kProtect));

// If the hash could not tell runs apart, every test above would pass.
TEST(RunHashTest, TellsApartWhereStacksWentAndWhatWasStored) {
  runtime::Runtime runtime(runtime::make_design("go1.4"));
  Compiler compiler(runtime.design());
  const auto hash_of = [&](const std::string& number, runtime::MovePolicy move) {
    const CompiledNest nest =
        compile_nest(compiler, "package main\n\nfunc main() {\n\ttrace(" + number + ")\n}\n");
    Options options;
    options.move = move;
    RunHash hash;
    runtime.run(nest.program, options, hash);
    return hash.sum();
  };
  const uint64_t plain = hash_of("1", runtime::MovePolicy::kNone);
  EXPECT_NE(plain, hash_of("2", runtime::MovePolicy::kNone));
  EXPECT_NE(plain, hash_of("1", runtime::MovePolicy::kPrologue));
}

}  // namespace
}  // namespace stackquake
