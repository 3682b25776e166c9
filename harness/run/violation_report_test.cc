#include "harness/run/violation_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "harness/run/violation_text.h"

namespace stackquake {
namespace {

using nlohmann::json;
using runtime::Violation;
using runtime::WordEvent;
using runtime::WordEventKind;

Violation violation_of(std::string_view check, const std::string& message) {
  Violation violation;
  violation.check = check;
  violation.signature = std::string(check) + ":x";
  violation.message = message;
  return violation;
}

Violation stale_argument() {
  Violation violation = violation_of("stale-pointer", "argument word 0 of set holds 0x20");
  violation.function = "down";
  violation.line = 17;
  violation.goroutine = 1;
  violation.place = "argument word 0 of set";
  violation.history = {
      WordEvent{WordEventKind::kStored, "the address of a node", 0x10, 0, 1, "main", 9},
      WordEvent{WordEventKind::kAdjusted, "", 0x20, 3, 2, "down", 16},
      WordEvent{WordEventKind::kMissed, "", 0x20, 4, 1, "down", 17},
  };
  return violation;
}

TEST(ViolationReportTest, TextTellsEverythingOnce) {
  EXPECT_EQ(to_string(stale_argument()),
            "VIOLATION stale-pointer (stale-pointer:x) in goroutine 1, down, line 17\n"
            "  argument word 0 of set holds 0x20\n"
            "  stored in main, line 9: the address of a node\n"
            "  adjusted by 2 copies, the last of them copy 3, in down, line 16\n"
            "  missed by copy 4, in down, line 17");
}

TEST(ViolationReportTest, TextOfAnObject) {
  Violation violation = violation_of("lost-object", "gone");
  violation.history = {
      WordEvent{WordEventKind::kAllocated, "node", 0, 0, 1, "main", 5},
      WordEvent{WordEventKind::kFreed, "", 0, 2, 1, "main", 7},
  };
  EXPECT_EQ(to_string(violation),
            "VIOLATION lost-object (lost-object:x)\n"
            "  gone\n"
            "  allocated in main, line 5: node\n"
            "  freed by collection 2, in main, line 7");
}

TEST(ViolationReportTest, TextLeavesOutWhatIsNotKnown) {
  const Violation nowhere = violation_of("stack-accounting", "lost");
  EXPECT_EQ(to_string(nowhere), "VIOLATION stack-accounting (stack-accounting:x)\n  lost");
  Violation early = nowhere;
  early.history = {WordEvent{WordEventKind::kStored, "nil", 0, 0, 1, "", 0},
                   WordEvent{WordEventKind::kMissed, "", 0, 1, 1, "", 0}};
  EXPECT_EQ(to_string(early),
            to_string(nowhere) + "\n  stored by the runtime: nil\n  missed by copy 1");
}

TEST(ViolationReportTest, JsonTellsEverything) {
  EXPECT_EQ(json::parse(violation_json(stale_argument())), json::parse(R"({
    "check": "stale-pointer", "signature": "stale-pointer:x",
    "message": "argument word 0 of set holds 0x20", "line": 17, "function": "down",
    "goroutine": 1, "place": "argument word 0 of set",
    "history": [
      {"event": "stored", "function": "main", "line": 9, "what": "the address of a node",
       "value": "0x10"},
      {"event": "adjusted", "function": "down", "line": 16, "value": "0x20", "number": 3,
       "count": 2},
      {"event": "missed", "function": "down", "line": 17, "value": "0x20", "number": 4}]})"));
}

TEST(ViolationReportTest, JsonHasItsKeysInOrder) {
  EXPECT_EQ(violation_json(violation_of("throw", "a \"word\"\n\xff")),
            "{\"check\":\"throw\",\"signature\":\"throw:x\",\"message\":\"a \\\"word\\\"\\n\xef\xbf"
            "\xbd\",\"line\":0,\"function\":\"\",\"goroutine\":0,\"place\":\"\",\"history\":[]}");
}

}  // namespace
}  // namespace stackquake
