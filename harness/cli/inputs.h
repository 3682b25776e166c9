#ifndef STACKQUAKE_HARNESS_CLI_INPUTS_H_
#define STACKQUAKE_HARNESS_CLI_INPUTS_H_

#include <span>
#include <string>
#include <vector>

namespace stackquake {

// A file to be run. With `error`, a path that cannot be run.
struct Input {
  std::string file;
  std::string error;  // "cannot be read: …"; empty when the file can be run
};

// A file of this name in a folder says that the files of the folder are not nests.
constexpr const char* kNotNests = ".not-nests";

// A folder with a file of this name is a finding, whose nest is kFindingNest.
constexpr const char* kFindingRecord = "finding.json";
constexpr const char* kFindingNest = "nest.go";

// The files that the paths of a command line stand for.
struct Inputs {
  std::vector<Input> files;
  std::vector<std::string> skipped_folders;  // those with a kNotNests
};

// Expands `paths`, in their order. A folder stands for all regular files below it whose names end
// in ".go", sorted by path. Folders below it that have a kNotNests are skipped. A kNotNests in the
// named folder itself is ignored, because the user asked for that folder. Of a finding's folder
// only its nest is taken: the other .go files beside it show the same finding. Any other path
// stands for a file, whatever its name.
Inputs find_inputs(std::span<const std::string> paths);

// The same, without the skipped folders.
std::vector<Input> list_inputs(std::span<const std::string> paths);

// Reads a whole regular file, or standard input for "-" and "/dev/stdin". Of a text that is longer
// than a nest may be, reads just enough to show that. Does not wait for pipes and devices. On
// failure sets the input's error and returns an empty text.
std::string read_input(Input& input);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_INPUTS_H_
