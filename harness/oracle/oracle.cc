#include "harness/oracle/oracle.h"

#include "harness/oracle/evaluator.h"

namespace stackquake {

std::string_view to_string(Level level) {
  return level == Level::kGo14 ? "go1.4" : "modern";
}

OracleOptions oracle_options(const Directives& directives, Level level) {
  OracleOptions options;
  options.level = level;
  options.seed = directives.sched;
  options.stack_bytes = directives.stack;
  options.limit_bytes = directives.limit;
  return options;
}

OracleOptions with_room(OracleOptions options) {
  options.limit_bytes *= kLimitPart;
  return options;
}

void OracleResult::clear() {
  outcome.kind = OracleOutcome::Kind::kExit;
  outcome.chain.clear();
  steps = 0;
  most_words = 0;
  used_addr = false;
  events.clear();
  trace_count_ = 0;
}

std::vector<int64_t>& OracleResult::trace_of(uint32_t goroutine) {
  if (traces_.size() < goroutine) traces_.resize(goroutine);
  for (; trace_count_ < goroutine; ++trace_count_) traces_[trace_count_].clear();
  return traces_[goroutine - 1];
}

Oracle::Oracle() : evaluator_(std::make_unique<oracle::Evaluator>()) {}
Oracle::~Oracle() = default;
Oracle::Oracle(Oracle&&) noexcept = default;
Oracle& Oracle::operator=(Oracle&&) noexcept = default;

const OracleResult& Oracle::evaluate(const Nest& nest, const OracleOptions& options) {
  return evaluator_->evaluate(nest, options);
}

}  // namespace stackquake
