#ifndef STACKQUAKE_HARNESS_RUN_OUTPUT_H_
#define STACKQUAKE_HARNESS_RUN_OUTPUT_H_

#include <cstdio>
#include <string>

namespace stackquake {

// The last thing that a program does: writes out what is left of its output, and gives the exit
// status. That is `status`, unless something could not be written, as on a full disk or with a
// closed output: then a line on `errors` says so, and the status is 3.
inline int finish_output(const std::string& program, std::FILE* out, std::FILE* errors,
                         int status) {
  constexpr int kMissing = 3;  // ExitStatus::kMissing
  const bool written = std::fflush(out) == 0 && std::ferror(out) == 0;
  if (written) return status;
  std::fprintf(errors, "%s: standard output cannot be written\n", program.c_str());
  return kMissing;
}

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_RUN_OUTPUT_H_
