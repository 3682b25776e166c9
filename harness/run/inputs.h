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

// The files that `paths` mean, in their order: a folder means all files below it whose names end in
// ".go", sorted by path; anything else is a file, whatever its name.
std::vector<Input> list_inputs(std::span<const std::string> paths);

// Reads the whole of a file, or, of one that is too long for a nest, as much as shows that. On
// failure sets the input's error and returns an empty text.
std::string read_input(Input& input);

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_INPUTS_H_
