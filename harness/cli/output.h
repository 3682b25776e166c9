#ifndef STACKQUAKE_HARNESS_CLI_OUTPUT_H_
#define STACKQUAKE_HARNESS_CLI_OUTPUT_H_

#include <cstdio>
#include <string>

namespace stackquake {

// Flushes the output of a program and returns its exit status: `status`, or 3 with a line on
// `errors` when something could not be written, as on a full disk or a closed pipe. Every program
// calls it last.
inline int finish_output(const std::string& program, std::FILE* out, std::FILE* errors,
                         int status) {
  constexpr int kMissing = 3;  // ExitStatus::kMissing
  const bool written = std::fflush(out) == 0 && std::ferror(out) == 0;
  if (written) return status;
  std::fprintf(errors, "%s: standard output cannot be written\n", program.c_str());
  return kMissing;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_OUTPUT_H_
