#include "harness/cli/design_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/cli/captured_file.h"
#include "harness/cli/temporary_folder.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kMain = "package main\n\nfunc main() {\n\ttrace(7)\n}\n";
constexpr Defect kBank[] = {{"torn-map", "go1.4", "0a1b2c3d4", "throw", "It tears."},
                            {"lost-record", "old", "5e6f7a8b9", "leaked-record", "It loses."}};

class DesignListTest : public testing::Test {
 protected:
  void run(const DesignListRequest& request) {
    CapturedFile out;
    CapturedFile errors;
    status_ = design_list_request(request, out.file(), errors.file());
    document_ = json::parse(out.text());
    errors_ = errors.text();
  }

  std::string write(const std::string& name, const std::string& directives) {
    return folder_.write(name, directives + kMain);
  }

  TemporaryFolder folder_;
  ExitStatus status_ = ExitStatus::kMissing;
  json document_;
  std::string errors_;
};

TEST_F(DesignListTest, WithoutPathsTellsOfDesignsAndDefectsAlone) {
  run({});
  EXPECT_EQ(status_, ExitStatus::kOk);
  EXPECT_EQ(document_["designs"].size(), runtime::design_names().size());
  EXPECT_EQ(document_["defects"].size(), all_defects().size());
  EXPECT_EQ(document_["nests"], json::array());
}

// A design of an earlier time has the defects that a later change of Go fixed.
TEST_F(DesignListTest, DesignsComeWithTheirBuiltInDefects) {
  run({});
  std::map<std::string, std::vector<std::string>> built_in;
  for (const json& design : document_["designs"])
    design["built_in"].get_to(built_in[design["name"]]);
  EXPECT_THAT(built_in["go1.4"], IsEmpty());
  EXPECT_THAT(built_in["seed"], ElementsAre("goexit-reruns-started", "stale-defer-panic",
                                            "stale-defer-fn", "pool-chain-pinned"));
  EXPECT_THAT(built_in["before-seed"],
              ElementsAre("panic-pops-defer", "goexit-pops-defer", "onstack-abort-defer",
                          "traceback-walks-panics", "closure-on-stack-skips-args",
                          "defer-conservative-retention"));
}

// Go 1.14 changed what becomes of a Goexit when another panic is recovered.
TEST_F(DesignListTest, DesignsComeWithTheLevelOfTheirBehaviour) {
  run({});
  std::map<std::string, std::string> levels;
  for (const json& design : document_["designs"]) levels[design["name"]] = design["level"];
  EXPECT_EQ(levels["go1.4"], "go1.4");
  EXPECT_EQ(levels["go1.13"], "go1.4");
  EXPECT_EQ(levels["go1.22"], "modern");
}

TEST_F(DesignListTest, DefectsComeWithAllThatIsKnownOfThem) {
  run({.paths = {}, .defects = kBank});
  EXPECT_EQ(document_["defects"], (json{{{"slug", "torn-map"},
                                         {"design", "go1.4"},
                                         {"fixed_by", "0a1b2c3d4"},
                                         {"check", "throw"},
                                         {"description", "It tears."}},
                                        {{"slug", "lost-record"},
                                         {"design", "old"},
                                         {"fixed_by", "5e6f7a8b9"},
                                         {"check", "leaked-record"},
                                         {"description", "It loses."}}}));
}

TEST_F(DesignListTest, NestsTellWhatTheyFind) {
  const std::string both = write("a.go", "//quake:gc=alloc finds=lost-record,torn-map\n");
  const std::string none = write("b.go", "");
  run({.paths = {folder_.path()}, .defects = kBank});
  EXPECT_EQ(document_["nests"], (json{{{"file", both}, {"finds", {"lost-record", "torn-map"}}},
                                      {{"file", none}, {"finds", json::array()}}}));
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(DesignListTest, AnUnknownDefectIsRefusedWhereItStands) {
  const std::string file = write("a.go", "// Says.\n\n//quake:gc=alloc finds=torn-map,no-such\n");
  run({.paths = {file}, .defects = kBank});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_EQ(errors_, file + ":3:33: no defect no-such; `quake defects` lists them\n");
  EXPECT_TRUE(document_["nests"][0].contains("error"));
}

TEST_F(DesignListTest, AnUnknownDefectOfTheFirstLineIsInTheFirstLine) {
  const std::string file = write("a.go", "//quake:finds=no-such\n");
  run({.paths = {file}, .defects = {}});
  EXPECT_EQ(errors_, file + ":1:15: no defect no-such; `quake defects` lists them\n");
}

TEST_F(DesignListTest, WhatIsNoNestIsRefusedAndTheOthersAreListed) {
  const std::string bad = folder_.write("bad.go", "package main\n\nfunc main() {\n\tx\n}\n");
  const std::string good = write("good.go", "");
  run({.paths = {bad, good}, .defects = kBank});
  EXPECT_EQ(status_, ExitStatus::kBadInput);
  EXPECT_THAT(errors_, HasSubstr(bad + ":4:2: "));
  EXPECT_EQ(document_["nests"][1]["file"], good);
}

TEST(DesignListCommandLineTest, TakesPathsAndNothingElse) {
  const auto parsed = parse_design_list_command_line(std::vector<std::string>{"b", "a.go"});
  ASSERT_TRUE(std::holds_alternative<DesignListRequest>(parsed));
  EXPECT_THAT(std::get<DesignListRequest>(parsed).paths, ElementsAre("b", "a.go"));
  const auto refused = parse_design_list_command_line(std::vector<std::string>{"--frobnicate"});
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_EQ(std::get<Refusal>(refused).status, ExitStatus::kBadInput);
}

}  // namespace
}  // namespace stackquake
