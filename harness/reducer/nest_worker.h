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

// What running a nest showed.
struct Observation {
  std::string signature;  // empty when nothing was wrong
  uint64_t steps = 0;     // of the interpreter; 0 when the process died
};

// Runs nests in a process of its own, one after another, as their directives say. Nests that kill
// that process, or keep it from ever answering, are observed as well: by what the sanitizers said
// of it, by its signal, or as "timeout". The next nest then gets a new process.
//
// The process that owns the worker never runs a nest itself, and must not have done so before. The
// worker's process dies with it. Where the system refuses another process, the owner says so and
// exits with status 3: that is no observation.
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

  // Ends the process: what runs next does so in a fresh one.
  void stop();

  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

 private:
  void start();
  Observation death();

  Settings settings_;
  std::chrono::milliseconds patience_;
  pid_t process_ = -1;
  int connection_ = -1;        // a socket; -1 while there is no process
  std::FILE* said_ = nullptr;  // what the process wrote to its standard error
};

}  // namespace stackquake::reducer

#endif  // STACKQUAKE_HARNESS_REDUCER_NEST_WORKER_H_
