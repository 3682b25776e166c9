#include "harness/stack_states/copier_session.h"

#include <fuzzer/FuzzedDataProvider.h>

#include <utility>

#include "harness/stack_states/stack_builder.h"
#include "runtime_under_test/interpreter.h"
#include "runtime_under_test/observer.h"

namespace stackquake {

using runtime::Flow;
using runtime::G;

namespace {

constexpr uint32_t kMaxMoves = 8;
constexpr int64_t kMaxGrowthWords = 2048;

}  // namespace

// Replaces the interpreter: instead of running main, builds a state at the start of main and moves
// it about.
class CopierSession::Script final : public runtime::Interpreter, public runtime::Observer {
 public:
  explicit Script(CopierSession& session)
      : session_(session), builder_(session.runtime_, session.program_, session.model_) {}

  void begin(FuzzedDataProvider& choices) { choices_ = &choices; }

  Flow execute(G& g, uint64_t /*base*/) override {
    const int64_t words = StackBuilder::kMaxBytes / runtime::kWordBytes;
    if (runtime().stack_manager().grow(g, words) == Flow::kUnwind) return Flow::kUnwind;
    builder_.build(g, *choices_);
    built_ = true;
    play(g);
    built_ = false;
    // The frames of the state were never called, so the goroutine must not end like one that ran.
    g.defer = g.panic = g.waiting = 0;
    runtime().finish(runtime::OutcomeKind::kExit);
    return Flow::kUnwind;
  }

  void stack_copied(const G& g, const runtime::StackCopy& /*copy*/) override {
    if (built_) judge(session_.model_.wrong_word(g));
  }

  void collecting() override { session_.model_.mark(); }

  void collected(const runtime::Collection& collection) override {
    judge(session_.model_.wrong_collection(collection.freed));
  }

 private:
  runtime::Runtime& runtime() { return session_.runtime_; }

  void play(G& g) {
    for (auto moves = choices_->ConsumeIntegralInRange<uint32_t>(1, kMaxMoves); moves > 0;
         --moves) {
      if (step(g) == Flow::kUnwind) return;
    }
  }

  Flow step(G& g) {
    switch (choices_->ConsumeIntegralInRange<uint32_t>(0, 3)) {
      case 0:
        return runtime().gc(g);
      case 1:
        return runtime().stack_manager().grow(
            g, choices_->ConsumeIntegralInRange<int64_t>(1, kMaxGrowthWords));
      case 2:
        return runtime().stack_manager().shrink(g);
      default:
        return runtime().stack_manager().move(g);
    }
  }

  void judge(std::optional<runtime::Violation> violation) {
    if (violation) runtime().fail(*std::move(violation));
  }

  CopierSession& session_;
  StackBuilder builder_;
  FuzzedDataProvider* choices_ = nullptr;
  bool built_ = false;
};

CopierSession::CopierSession(std::unique_ptr<runtime::Design> design, runtime::PoisonMode poison)
    : runtime_(std::move(design)), poison_(poison), script_(std::make_unique<Script>(*this)) {}

CopierSession::~CopierSession() = default;

const std::optional<runtime::Violation>& CopierSession::run_one(std::span<const uint8_t> bytes) {
  FuzzedDataProvider choices(bytes.data(), bytes.size());
  model_.clear();
  program_.make(choices, runtime_.design());
  runtime::Options options;
  options.poison = poison_;
  options.place =
      choices.ConsumeBool() ? runtime::PlacePolicy::kReuse : runtime::PlacePolicy::kFresh;
  script_->begin(choices);
  return runtime_.run(program_.program(), options, script_.get(), *script_).violation;
}

}  // namespace stackquake
