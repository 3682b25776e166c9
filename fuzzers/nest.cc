// fuzz_nest [--design=NAME] [--defect=SLUG]… [--poison=MODE] [libFuzzer's flags and inputs]: runs
// each input as a nest. A violation is told on standard error, and ends the process.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "harness/fuzzing/fuzz_session.h"

namespace {

std::optional<stackquake::FuzzSession> session;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const auto parsed = stackquake::parse_fuzz_flags({*argv, static_cast<size_t>(*argc)});
  if (const auto* refusal = std::get_if<stackquake::Refusal>(&parsed)) {
    std::fprintf(stderr, "fuzz_nest: %s\n", refusal->message.c_str());
    std::_Exit(static_cast<int>(refusal->status));
  }
  session.emplace(std::get<stackquake::Settings>(parsed));
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto verdict = session->run_one({reinterpret_cast<const char*>(data), size});
  if (verdict == stackquake::FuzzVerdict::kFinding) {
    std::fprintf(stderr, "%s\n", stackquake::finding_line(*session->violation()).c_str());
    std::abort();
  }
  // Newer versions of libFuzzer keep nothing that is rejected; older ones take no notice.
  return verdict == stackquake::FuzzVerdict::kRejected ? -1 : 0;
}
