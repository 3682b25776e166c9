#include "harness/run/oracle_behaviour.h"

#include <algorithm>
#include <utility>

namespace stackquake {

namespace {

runtime::OutcomeKind kind_of(OracleOutcome::Kind kind) {
  switch (kind) {
    case OracleOutcome::Kind::kExit:
      return runtime::OutcomeKind::kExit;
    case OracleOutcome::Kind::kPanic:
      return runtime::OutcomeKind::kPanic;
    case OracleOutcome::Kind::kGoexit:
      return runtime::OutcomeKind::kGoexit;
    case OracleOutcome::Kind::kDeadlock:
      return runtime::OutcomeKind::kDeadlock;
    case OracleOutcome::Kind::kOverflow:
      return runtime::OutcomeKind::kOverflow;
    case OracleOutcome::Kind::kFuel:
      return runtime::OutcomeKind::kFuel;
    case OracleOutcome::Kind::kNilpanic:
      return runtime::OutcomeKind::kNilpanic;
  }
  return runtime::OutcomeKind::kFuel;
}

}  // namespace

Behaviour behaviour_of(const OracleResult& result) {
  Behaviour behaviour;
  behaviour.outcome.kind = kind_of(result.outcome.kind);
  for (const OracleOutcome::Link& link : result.outcome.chain) {
    behaviour.outcome.chain.push_back({link.code, link.recovered});
  }
  behaviour.traces = behaviour_traces(result.traces());
  return behaviour;
}

bool same_outcome(const runtime::Outcome& outcome, const OracleOutcome& expected) {
  const auto same_link = [](const runtime::ChainLink& a, const OracleOutcome::Link& b) {
    return a.code == b.code && a.recovered == b.recovered;
  };
  return outcome.kind == kind_of(expected.kind) &&
         std::ranges::equal(outcome.chain, expected.chain, same_link);
}

}  // namespace stackquake
