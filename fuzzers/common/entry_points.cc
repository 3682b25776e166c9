// The functions that a fuzzing engine calls: libFuzzer, or another engine with its interface.
//
// A violation is reported on standard error and aborts the process. Progress is reported when the
// process ends, and now and then before, because an interrupted engine ends without calling
// anything.

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "fuzzers/common/front.h"

namespace {

// Progress is reported whenever the number of runs has doubled, from 1024 on, and now and then:
// often enough to see progress, rarely enough to cost nothing.
constexpr uint64_t kFirstReport = 1024;
constexpr uint64_t kReportEvery = 1 << 14;

// Never destroyed: freeing every native stack takes longer, and more memory, than all runs.
stackquake::StartedTarget* started = nullptr;
uint64_t runs = 0;

stackquake::FuzzTarget& target() {
  return *started->target;
}

std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

void report_progress() {
  stackquake::report_progress(target().progress());
}

size_t put(std::string_view text, uint8_t* data) {
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

}  // namespace

// AddressSanitizer records a few frames of each allocation, which are enough to find its origin;
// thirty would cost as much as the allocation itself. Freed memory stays in quarantine for about as
// long as a few inputs take. A larger quarantine makes the process slower, and it grows for an
// hour. Vectors pass between code with and without AddressSanitizer, and libc++ marks their unused
// ends only in the former.
extern "C" const char* __asan_default_options() {
  return "malloc_context_size=4:quarantine_size_mb=16:detect_container_overflow=0";
}

// Defined by the engine; some engines do not have it.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size)
    __attribute__((weak));

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  started =
      new stackquake::StartedTarget(stackquake::start_target({*argv, static_cast<size_t>(*argc)}));
  std::atexit(report_progress);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto verdict = target().run_one(text_of(data, size));
  if (verdict == stackquake::FuzzVerdict::kFinding) {
    stackquake::report_finding(target());
    report_progress();
    std::abort();
  }
  if (started->filter) started->filter->filter();
  const bool is_due = ++runs % kReportEvery == 0 || std::has_single_bit(runs);
  if (runs >= kFirstReport && is_due) report_progress();
  if (const stackquake::ToldRun* told = target().told_run()) stackquake::report_run(*told);
  // Newer versions of libFuzzer do not keep a rejected input; older ones ignore the result.
  return verdict == stackquake::FuzzVerdict::kRejected ? -1 : 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  if (const auto made = target().mutate(text_of(data, size), max_size, seed)) {
    return put(*made, data);
  }
  return LLVMFuzzerMutate != nullptr ? LLVMFuzzerMutate(data, size, max_size) : size;
}

// Returns 0 when the target does not cross inputs; the engine's own mutators cross them anyway.
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* data1, size_t size1,
                                            const uint8_t* data2, size_t size2, uint8_t* out,
                                            size_t max_out_size, unsigned int seed) {
  const auto made =
      target().cross_over(text_of(data1, size1), text_of(data2, size2), max_out_size, seed);
  return made ? put(*made, out) : 0;
}
