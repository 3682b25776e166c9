#ifndef STACKQUAKE_HARNESS_REDUCER_NEST_WORKER_H_
#define STACKQUAKE_HARNESS_REDUCER_NEST_WORKER_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "harness/run/settings.h"

namespace stackquake::reducer {

// The result of running a nest.
struct Observation {
  std::string signature;  // empty if the run was right
  uint64_t steps = 0;     // of the interpreter; 0 if the process died
};

// Runs nests in a process of its own, one after another, as their directives say. A nest that kills
// the process, or keeps it from answering, gives an observation as well: its signature is a
// sanitizer's summary, a signal or an exit status (death.h), or "timeout". The next nest gets a new
// process then.
//
// The process that owns the worker never runs a nest itself, and must not have done so before. The
// worker's process ends when the owner ends. If the system refuses a new process, the owner says so
// and exits with status 3, since that is no observation of a nest.
class NestWorker {
 public:
  // A nest that takes longer than `patience` counts as hanging.
  NestWorker(Settings settings, std::chrono::milliseconds patience)
      : settings_(std::move(settings)), patience_(patience) {}
  ~NestWorker() { stop(); }
  NestWorker(const NestWorker&) = delete;
  NestWorker& operator=(const NestWorker&) = delete;

  // `text` must be a nest.
  Observation run(std::string_view text);

  // Ends the process. The next nest runs in a fresh process.
  void stop();

  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

 private:
  void start();
  Observation death();

  Settings settings_;
  std::chrono::milliseconds patience_;
  pid_t process_ = -1;
  int connection_ = -1;        // a socket; -1 while there is no process
  std::FILE* said_ = nullptr;  // the standard error of the process
};

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_NEST_WORKER_H_
