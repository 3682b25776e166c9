#include "harness/mutation/mender.h"

#include "harness/language/nest_testing.h"
#include "harness/mutation/site.h"

namespace stackquake {
namespace {

class MenderTest : public testing::Test {
 protected:
  Nest* loaded(std::string_view text) { return load_good(text, arena_); }

  std::string mended(Nest& nest, std::span<Function* const> donor = {}) {
    Random random(1);
    Mender(arena_, random).mend(nest, donor);
    std::string text;
    print(nest, text);
    Diagnostic diagnostic;
    EXPECT_TRUE(check(nest, arena_, diagnostic)) << diagnostic.message << "\n" << text;
    return text;
  }

  static std::string main_of(const std::string& statements) {
    return "package main\n\nfunc main() {\n" + statements + "}\n";
  }

  Arena arena_;
};

TEST_F(MenderTest, LeavesValidNestsAlone) {
  for (const std::string folder : {"seeds", "truth", "defects"}) {
    for (const auto& path : corpus_files(folder)) {
      Nest* nest = loaded(read_text(path));
      std::string before;
      print(*nest, before);
      EXPECT_EQ(mended(*nest), before) << path;
    }
  }
}

TEST_F(MenderTest, RebindsANameToAVariableOfItsType) {
  Nest* nest =
      loaded(main_of("\tp := &node{val: 1}\n\tx := 1\n\ty := 2\n\ttrace(x + y + p.val)\n"));
  nest->main->body.statements = nest->main->body.statements.subspan(1);
  nest->main->body.statements[0] = nest->main->body.statements[1];  // two of y, none of x and p
  nest->main->body.statements = nest->main->body.statements.subspan(1);
  EXPECT_EQ(mended(*nest), main_of("\tvar v1 *node\n\ty := 2\n\ttrace(y + y + v1.val)\n"));
}

TEST_F(MenderTest, MakesADeclarationInABlockOneOfTheFunction) {
  Nest* nest = loaded(main_of("\t{\n\t\ttrace(2)\n\t}\n\tx := 1\n\ttrace(x)\n"));
  Block& body = nest->main->body;
  insert(body.statements[0]->body, 0, body.statements[1], arena_);
  body.statements[1] = body.statements[2];
  body.statements = body.statements.first(2);
  EXPECT_EQ(mended(*nest), main_of("\tvar x int\n\t{\n\t\tx = 1\n\t\ttrace(2)\n\t}\n\ttrace(x)\n"));
}

TEST_F(MenderTest, UsesWhatIsNotUsed) {
  Nest* nest = loaded("package main\n\nfunc f() int {\n\treturn 1\n}\n\n" +
                      main_of("\tx := f()\n\ty := 1\n\ttrace(x + y)\n").substr(14));
  nest->main->body.statements = nest->main->body.statements.first(2);
  EXPECT_EQ(mended(*nest), "package main\n\nfunc f() int {\n\treturn 1\n}\n\n" +
                               main_of("\tx := f()\n\t_ = x\n").substr(14));
}

TEST_F(MenderTest, AVariableThatAShiftOrAnIndexCannotHaveIsNotUsedByIt) {
  Nest* nest = loaded("package main\n\nfunc f() int {\n\treturn 1\n}\n\n" +
                      main_of("\tx := f()\n\ty := 2\n\ttrace(y + x)\n").substr(14));
  Expression& sum = *nest->main->body.statements[2]->value->arguments[0];
  sum.operation = Operation::kShiftLeft;
  EXPECT_THAT(mended(*nest), testing::HasSubstr("\tx := f()\n\t_ = x\n"));

  nest = loaded("package main\n\nfunc f() int {\n\treturn 1\n}\n\n" +
                main_of("\tx := f()\n\tn := &node{val: 1}\n\tvar a [4]int\n"
                        "\ttrace(n.val + 2)\n\ttrace(a[x])\n")
                    .substr(14));
  const std::span<Statement*> body = nest->main->body.statements;
  body[3]->value->arguments[0]->right = body[4]->value->arguments[0];
  nest->main->body.statements = body.first(4);
  EXPECT_THAT(mended(*nest), testing::HasSubstr("\tx := f()\n\t_ = x\n"));
}

TEST_F(MenderTest, ReturnsWhatIsAskedFor) {
  Nest* nest = loaded("package main\n\nfunc f() int {\n\treturn 1\n}\n\n" +
                      main_of("\ttrace(f())\n").substr(14));
  nest->functions[0]->body = {};
  EXPECT_NE(mended(*nest).find("return 0"), std::string::npos);
}

TEST_F(MenderTest, ImportsRuntimeWhereItIsUsed) {
  const std::string with =
      "package main\n\nimport \"runtime\"\n\nfunc main() {\n\truntime.GC()\n}\n";
  Nest* nest = loaded(with);
  nest->imports_runtime = false;
  EXPECT_EQ(mended(*nest), with);
  nest->main->body = {};
  EXPECT_EQ(mended(*nest), "package main\n\nfunc main() {}\n");
}

TEST_F(MenderTest, KeepsOneKindOfFaultAStatement) {
  Nest* nest = loaded(main_of("\tvar a [4]int\n\tx := 1\n\tp := &x\n\ta[x] = 1\n\t*p = 2\n"));
  Block& body = nest->main->body;
  body.statements[4]->value = body.statements[3]->target;
  body.statements[3] = body.statements[4];
  body.statements = body.statements.first(4);
  EXPECT_EQ(mended(*nest), main_of("\tvar a [4]int\n\tx := 1\n\tp := &x\n\t*p = a[0]\n"));
}

TEST_F(MenderTest, TakesFunctionsOverWithTheirCalls) {
  Nest* donor =
      loaded("package main\n\nfunc f(x int) {\n\ttrace(x)\n}\n\n" + main_of("\tf(7)\n").substr(14));
  Nest* nest = loaded("package main\n\nfunc f() {}\n\n" + main_of("\tf()\n").substr(14));
  insert(nest->main->body, 0, donor->main->body.statements[0], arena_);
  EXPECT_EQ(mended(*nest, donor->functions),
            "package main\n\nfunc f() {}\n\nfunc main() {\n\tf1(7)\n\tf()\n}\n\nfunc f1(x int) {\n"
            "\ttrace(x)\n}\n");
}

TEST_F(MenderTest, RenamesWhatIsDeclaredTwice) {
  Nest* donor = loaded(main_of("\tx := 5\n\ttrace(x)\n"));
  Nest* nest = loaded(main_of("\tx := 1\n\ttrace(x)\n"));
  insert(nest->main->body, 1, donor->main->body.statements[1], arena_);
  insert(nest->main->body, 1, donor->main->body.statements[0], arena_);
  EXPECT_EQ(mended(*nest), main_of("\tx := 1\n\tv1 := 5\n\ttrace(v1)\n\ttrace(x)\n"));
}

}  // namespace
}  // namespace stackquake
