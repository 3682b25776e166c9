#ifndef STACKQUAKE_HARNESS_ORACLE_ORACLE_TESTING_H_
#define STACKQUAKE_HARNESS_ORACLE_ORACLE_TESTING_H_

// Shared by the tests of the oracle: evaluated and stated behaviours as one line of text.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/language/nest_testing.h"
#include "harness/oracle/oracle.h"

namespace stackquake {

inline std::string kind_text(OracleOutcome::Kind kind) {
  switch (kind) {
    case OracleOutcome::Kind::kExit:
      return "exit";
    case OracleOutcome::Kind::kPanic:
      return "panic";
    case OracleOutcome::Kind::kGoexit:
      return "goexit";
    case OracleOutcome::Kind::kDeadlock:
      return "deadlock";
    case OracleOutcome::Kind::kOverflow:
      return "overflow";
    case OracleOutcome::Kind::kFuel:
      return "fuel";
    case OracleOutcome::Kind::kNilpanic:
      return "nilpanic";
  }
  return "";
}

using Links = std::vector<std::pair<int64_t, bool>>;  // code, recovered
using Traces = std::vector<std::vector<int64_t>>;

// "panic 1 [recovered] 2; [1 2] [3]": the traces are sorted, without the empty ones.
inline std::string behaviour_text(std::string kind, const Links& chain, Traces traces) {
  for (const auto& [code, recovered] : chain) {
    kind += " " + std::to_string(code) + (recovered ? " [recovered]" : "");
  }
  std::sort(traces.begin(), traces.end());
  std::string text = kind + ";";
  for (const std::vector<int64_t>& trace : traces) {
    std::string numbers;
    for (int64_t number : trace) numbers += (numbers.empty() ? "" : " ") + std::to_string(number);
    if (!numbers.empty()) text += " [" + numbers + "]";
  }
  return text;
}

inline std::string behaviour_text(const OracleResult& result) {
  Links chain;
  for (const OracleOutcome::Link& link : result.outcome.chain) {
    chain.emplace_back(link.code, link.recovered);
  }
  const auto traces = result.traces();
  return behaviour_text(kind_text(result.outcome.kind), chain,
                        Traces(traces.begin(), traces.end()));
}

// An oracle for texts. A text without a package clause gets one, and an import if it needs it.
class OracleTest : public testing::Test {
 protected:
  const OracleResult& evaluate(std::string text, OracleOptions options = {}) {
    if (text.find("package main") == std::string::npos) {
      const bool imports = text.find("runtime.") != std::string::npos;
      text = std::string("package main\n\n") + (imports ? "import \"runtime\"\n\n" : "") + text;
    }
    nest_ = load_good(text, arena_);
    return oracle_.evaluate(*nest_, options);
  }

  std::string behaviour(const std::string& text, OracleOptions options = {}) {
    return behaviour_text(evaluate(text, options));
  }

  std::string behaviour(const std::string& text, Level level) {
    OracleOptions options;
    options.level = level;
    return behaviour(text, options);
  }

  // Expects the same behaviour at both levels.
  void expect(const std::string& text, const std::string& stated) {
    EXPECT_EQ(behaviour(text, Level::kGo14), stated) << "at level go1.4";
    EXPECT_EQ(behaviour(text, Level::kModern), stated) << "at level modern";
  }

  Oracle oracle_;
  Arena arena_;
  const Nest* nest_ = nullptr;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_ORACLE_ORACLE_TESTING_H_
