#include "harness/go/packer.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

std::string pack(std::initializer_list<std::string_view> nests) {
  Packer packer;
  Diagnostic diagnostic;
  for (const std::string_view nest : nests) EXPECT_TRUE(packer.add(nest, diagnostic));
  return packer.source();
}

TEST(PackerTest, NamesFunctionsAfterTheirNest) {
  constexpr std::string_view kNest =
      "package main\n\nfunc main() {\n\tgo f()\n\tf()\n}\n\nfunc f() {}\n";
  EXPECT_EQ(pack({kNest, "package main\n\nfunc main() {}\n"}),
            "package main\n\nfunc quake0_main() {\n\tgo quake0_f()\n\tquake0_f()\n}\n\n"
            "func quake0_f() {}\n\nfunc quake1_main() {}\n\n"
            "var quakeNests = []func(){quake0_main, quake1_main}\n");
}

TEST(PackerTest, LeavesVariablesThatAreNamedLikeFunctions) {
  constexpr std::string_view kNest =
      "package main\n\nfunc main() {\n\tvar g func()\n\tg()\n\tfunc(f int) {\n\t\ttrace(f)\n"
      "\t}(1)\n\tf()\n}\n\nfunc f() {}\n";
  EXPECT_EQ(pack({kNest}),
            "package main\n\nfunc quake0_main() {\n\tvar g func()\n\tg()\n\tfunc(f int) {\n"
            "\t\ttrace(f)\n\t}(1)\n\tquake0_f()\n}\n\nfunc quake0_f() {}\n\n"
            "var quakeNests = []func(){quake0_main}\n");
}

TEST(PackerTest, ImportsRuntimeOnceWhereOneNestDoes) {
  constexpr std::string_view kNest =
      "//quake:gc=alloc\npackage main\n\nimport \"runtime\"\n\nfunc main() {\n\truntime.GC()\n}\n";
  EXPECT_EQ(pack({kNest, kNest}),
            "package main\n\nimport \"runtime\"\n\nfunc quake0_main() {\n\truntime.GC()\n}\n\n"
            "func quake1_main() {\n\truntime.GC()\n}\n\n"
            "var quakeNests = []func(){quake0_main, quake1_main}\n");
}

TEST(PackerTest, AddsNothingOfWhatIsNoNest) {
  Packer packer;
  Diagnostic diagnostic;
  EXPECT_FALSE(packer.add("package main\n\nfunc main() {\n\tx := 1\n}\n", diagnostic));
  EXPECT_EQ(diagnostic.position.line, 4U);
  EXPECT_TRUE(packer.add("package main\n\nfunc main() {}\n", diagnostic));
  EXPECT_EQ(packer.source(),
            "package main\n\nfunc quake0_main() {}\n\nvar quakeNests = []func(){quake0_main}\n");
}

}  // namespace
}  // namespace stackquake
