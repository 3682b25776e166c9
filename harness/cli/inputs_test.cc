#include "harness/cli/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/cli/temporary_folder.h"
#include "harness/language/tree.h"

namespace stackquake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const Input& input : list_inputs(paths)) {
    EXPECT_THAT(input.error, IsEmpty()) << input.file;
    files.push_back(input.file);
  }
  return files;
}

TEST(InputsTest, AFolderIsItsGoFilesSorted) {
  const TemporaryFolder folder;
  const std::string b = folder.write("b.go", "");
  const std::string a = folder.write("deeper/a.go", "");
  const std::string z = folder.write("a.go", "");
  folder.write("README.md", "");
  EXPECT_THAT(files_of({folder.path()}), ElementsAre(z, b, a));
}

TEST(InputsTest, AFileNeedsNoEnding) {
  const TemporaryFolder folder;
  const std::string file = folder.write("crash-0f3a", "text");
  EXPECT_THAT(files_of({file}), ElementsAre(file));
}

TEST(InputsTest, OfAFolderOnlyRegularFilesAreTaken) {
  const TemporaryFolder folder;
  const std::string file = folder.write("a.go", "");
  ASSERT_EQ(mkfifo((folder / "pipe.go").c_str(), 0600), 0);
  folder.write("folder.go/README", "");
  ASSERT_EQ(symlink("a.go", (folder / "link.go").c_str()), 0);
  EXPECT_THAT(files_of({folder.path()}), ElementsAre(file, folder / "link.go"));
}

TEST(InputsTest, AFolderThatSaysItHasNoNestsIsSkippedUnlessItIsNamed) {
  const TemporaryFolder folder;
  const std::string nest = folder.write("a.go", "");
  const std::string other = folder.write("bad/x.go", "");
  folder.write("bad/deeper/y.go", "");
  folder.write(std::string("bad/") + kNotNests, "");
  const Inputs inputs = find_inputs(std::vector{folder.path()});
  ASSERT_THAT(inputs.files, testing::SizeIs(1));
  EXPECT_EQ(inputs.files[0].file, nest);
  EXPECT_THAT(inputs.skipped_folders, ElementsAre(folder / "bad"));
  EXPECT_THAT(files_of({folder / "bad"}), ElementsAre(folder / "bad/deeper/y.go", other));
  EXPECT_THAT(files_of({other}), ElementsAre(other));
}

TEST(InputsTest, AFindingIsItsNest) {
  const TemporaryFolder folder;
  const std::string other = folder.write("a/nest.go", "");
  const std::string beside = folder.write("a/repro.go", "");
  const std::string nest = folder.write("b/nest.go", "");
  const std::string original = folder.write("b/original.go", "");
  folder.write("b/repro.go", "");
  folder.write("b/finding.json", "{}");
  EXPECT_THAT(files_of({folder.path()}), ElementsAre(other, beside, nest));
  EXPECT_THAT(files_of({folder / "b"}), ElementsAre(nest));
  EXPECT_THAT(files_of({original}), ElementsAre(original));
}

TEST(InputsTest, NothingButRegularFilesIsRead) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe.go").c_str(), 0600), 0);
  for (const std::string& file : {folder / "pipe.go", std::string("/dev/zero"), folder.path()}) {
    Input input{file, ""};
    EXPECT_THAT(read_input(input), IsEmpty());
    EXPECT_THAT(input.error, HasSubstr("not a regular file")) << file;
  }
}

TEST(InputsTest, PathsKeepTheirOrder) {
  EXPECT_THAT(files_of({"b.go", "a.go"}), ElementsAre("b.go", "a.go"));
}

TEST(InputsTest, AFolderWithoutNestsIsAnError) {
  const TemporaryFolder folder;
  const auto inputs = list_inputs(std::vector{folder.path()});
  ASSERT_EQ(inputs.size(), 1);
  EXPECT_THAT(inputs[0].error, HasSubstr("no .go file"));
}

TEST(InputsTest, ReadsEveryByte) {
  const TemporaryFolder folder;
  const std::string bytes("a\0\xff\n", 4);
  Input input{folder.write("bytes", bytes), ""};
  EXPECT_EQ(read_input(input), bytes);
  EXPECT_THAT(input.error, IsEmpty());
}

TEST(InputsTest, OfATooLongFileReadsEnoughToShowIt) {
  const TemporaryFolder folder;
  Input input{folder.write("long", std::string(3 * kMaxTextBytes, 'x')), ""};
  EXPECT_EQ(read_input(input).size(), kMaxTextBytes + 1);
}

TEST(InputsTest, AFileThatIsNotThereCannotBeRead) {
  Input input{"/nonexistent/nest.go", ""};
  EXPECT_THAT(read_input(input), IsEmpty());
  EXPECT_THAT(input.error, HasSubstr("No such file"));
}

}  // namespace
}  // namespace stackquake
