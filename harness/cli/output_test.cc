#include "harness/cli/output.h"

#include <gtest/gtest.h>

#include "harness/cli/captured_file.h"
#include "harness/cli/program_name.h"

namespace stackquake {
namespace {

TEST(OutputTest, WhatCouldBeWrittenEndsAsItDid) {
  CapturedFile out;
  CapturedFile errors;
  std::fputs("text", out.file());
  EXPECT_EQ(finish_output("quake run", out.file(), errors.file(), 1), 1);
  EXPECT_EQ(out.text(), "text");
  EXPECT_EQ(errors.text(), "");
}

TEST(OutputTest, AFullDiskIsToldHoweverLateItShows) {
  for (const bool flushed : {false, true}) {
    std::FILE* const full = std::fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    CapturedFile errors;
    std::fputs("text", full);
    if (flushed) std::fflush(full);
    EXPECT_EQ(finish_output("quake run", full, errors.file(), 0), 3);
    EXPECT_EQ(errors.text(), "quake run: standard output cannot be written\n");
    std::fclose(full);
  }
}

TEST(OutputTest, AProgramIsCalledAsItWasCalled) {
  set_program_name("/some/where/bin/run_nests", "x");
  EXPECT_EQ(program_name(), "run_nests");
  set_program_name("quake run", "x");
  EXPECT_EQ(program_name(), "quake run");
  set_program_name("", "x");
  EXPECT_EQ(program_name(), "x");
  program_name().clear();
}

}  // namespace
}  // namespace stackquake
