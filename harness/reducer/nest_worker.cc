#include "harness/reducer/nest_worker.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "harness/reducer/death.h"
#include "harness/run/exit_status.h"
#include "harness/run/nest_checker.h"
#include "runtime_under_test/check.h"

namespace stackquake::reducer {

namespace {

// A message in either direction is this header and a text.
struct MessageHeader {
  uint64_t number = 0;
  uint64_t length = 0;
};

// Repeats a system call as long as signals interrupt it.
template <typename Call>
auto uninterrupted(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result == -1 && errno == EINTR);
  return result;
}

bool send_all(int connection, const void* data, size_t size) {
  const char* rest = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t sent = uninterrupted([&] { return send(connection, rest, size, MSG_NOSIGNAL); });
    if (sent <= 0) return false;
    rest += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

// False if the other process has ended before all bytes have come.
bool receive_all(int connection, void* data, size_t size) {
  char* rest = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t received = uninterrupted([&] { return recv(connection, rest, size, 0); });
    if (received <= 0) return false;
    rest += received;
    size -= static_cast<size_t>(received);
  }
  return true;
}

bool send_message(int connection, uint64_t number, std::string_view text) {
  const MessageHeader header{number, text.size()};
  return send_all(connection, &header, sizeof header) &&
         send_all(connection, text.data(), text.size());
}

bool receive_message(int connection, uint64_t& number, std::string& text) {
  MessageHeader header;
  if (!receive_all(connection, &header, sizeof header)) return false;
  number = header.number;
  text.resize(header.length);
  return receive_all(connection, text.data(), text.size());
}

Observation observe(NestChecker& checker, const Settings& settings, std::string_view text) {
  Diagnostic diagnostic;
  const Nest* nest = checker.load(text, diagnostic);
  if (nest == nullptr) return {};
  runtime::Options options = options_of(nest->directives);
  options.poison = settings.poison_mode(options.poison);
  const runtime::RunResult& result = checker.run(options, settings.checks_mode());
  return {result.violation ? result.violation->signature : "", result.stats.steps};
}

// The main loop of the worker's process. It ends when the owner closes the connection or ends.
[[noreturn]] void serve(int connection, const Settings& settings) {
  NestChecker checker(settings.design, settings.defect_set());
  uint64_t ignored = 0;
  std::string text;
  while (receive_message(connection, ignored, text)) {
    const Observation seen = observe(checker, settings, text);
    if (!send_message(connection, seen.steps, seen.signature)) break;
  }
  _exit(0);
}

// Waits for an answer or the end of the process. False if neither comes in time. Signals do not end
// the wait.
bool is_answering(int connection, std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const auto wait = std::max(left, std::chrono::milliseconds(0));
    pollfd ready{connection, POLLIN, 0};
    const int result = poll(&ready, 1, static_cast<int>(wait.count()));
    if (result != -1 || errno != EINTR) return result > 0;
  }
}

// The system has refused a process for nests, or a part of it. This is no observation of a nest.
[[noreturn]] void cannot_start(const char* what) {
  std::fprintf(stderr, "stackquake: a process for nests cannot be started: %s: %s\n", what,
               std::strerror(errno));
  std::exit(static_cast<int>(ExitStatus::kMissing));
}

// Waits for the end of a child process, and returns its status.
int wait_for(pid_t process) {
  int status = 0;
  const pid_t ended = uninterrupted([&] { return waitpid(process, &status, 0); });
  STACKQUAKE_CHECK(ended == process);
  return status;
}

std::string all_of(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char buffer[4096];
  while (const size_t size = std::fread(buffer, 1, sizeof buffer, file)) text.append(buffer, size);
  return text;
}

}  // namespace

Observation NestWorker::run(std::string_view text) {
  if (process_ < 0) start();
  if (!send_message(connection_, 0, text)) return death();
  if (!is_answering(connection_, patience_)) {
    stop();
    return {.signature = "timeout"};
  }
  Observation seen;
  return receive_message(connection_, seen.steps, seen.signature) ? seen : death();
}

void NestWorker::start() {
  int ends[2] = {-1, -1};
  said_ = std::tmpfile();
  if (said_ == nullptr) cannot_start("a file for what it says");
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) cannot_start("a socket");
  const pid_t owner = getpid();
  process_ = fork();
  if (process_ < 0) cannot_start("fork");
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != owner) _exit(0);
    close(ends[0]);
    dup2(fileno(said_), STDERR_FILENO);
    serve(ends[1], settings_);
  }
  close(ends[1]);
  connection_ = ends[0];
}

void NestWorker::stop() {
  if (process_ < 0) return;
  kill(process_, SIGKILL);
  wait_for(process_);
  close(connection_);
  std::fclose(said_);
  process_ = -1;
}

Observation NestWorker::death() {
  const int status = wait_for(process_);
  const std::string signature = death_signature(all_of(said_), status);
  close(connection_);
  std::fclose(said_);
  process_ = -1;
  return {.signature = signature};
}

}  // namespace stackquake::reducer
