#ifndef STACKQUAKE_HARNESS_RUN_INPUTS_H_
#define STACKQUAKE_HARNESS_RUN_INPUTS_H_

#include <span>
#include <string>
#include <vector>

namespace stackquake {

// A file to be run, or, where `error` says why, something that cannot be.
struct Input {
  std::string file;
  std::string error;  // "cannot be read: …"; empty when there is nothing against it
};

// A file of this name in a folder says that the folder's files are no nests.
constexpr const char* kNotNests = ".not-nests";

// What paths on a command line mean.
struct Inputs {
  std::vector<Input> files;
  std::vector<std::string> skipped_folders;  // for they have a kNotNests
};

// The files that `paths` mean, in their order. A folder means all regular files below it whose
// names end in ".go", sorted by path, without those in folders below it that have a kNotNests; in
// the folder itself a kNotNests means nothing, for whoever names it wants its files. Anything else
// is a file, whatever its name.
Inputs find_inputs(std::span<const std::string> paths);

// The files alone.
std::vector<Input> list_inputs(std::span<const std::string> paths);

// Reads the whole of a regular file, or of standard input, which "-" and "/dev/stdin" mean; of a
// text that is too long for a nest, as much as shows that. Does not wait at pipes and devices. On
// failure sets the input's error and returns an empty text.
std::string read_input(Input& input);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_INPUTS_H_
