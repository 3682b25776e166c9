#include "harness/cli/reduce_request.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/cli/inputs.h"
#include "harness/language/language.h"
#include "harness/reducer/finding_reducer.h"
#include "harness/run/file_names.h"

namespace stackquake {

namespace {

using reducer::FindingReducer;
using reducer::Reduction;
using std::chrono::steady_clock;

// Whether the output is a regular file, or a file that does not exist yet. Pipes, devices and all
// names in /dev or /proc are written to and never replaced.
bool is_replaced(const std::string& path) {
  if (path.starts_with("/dev/") || path.starts_with("/proc/")) return false;
  struct stat facts = {};
  return stat(path.c_str(), &facts) != 0 || S_ISREG(facts.st_mode);
}

// The path with its links resolved; the path itself if the file does not exist yet.
std::string behind_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         std::free);
  return real == nullptr ? path : real.get();
}

// False, with errno set, if the whole text could not be written.
bool write_file(const std::string& path, const char* mode, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), mode);
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

// Writes the file whole or not at all: first another file beside it, then a rename.
bool replace_file(const std::string& path, const std::string& text) {
  const std::string part = path + "." + std::to_string(getpid());
  if (write_file(part, "wb", text) && std::rename(part.c_str(), path.c_str()) == 0) return true;
  const int reason = errno;
  std::remove(part.c_str());
  errno = reason;
  return false;
}

class ReduceCommand {
 public:
  ReduceCommand(const ReduceRequest& request, std::FILE* out, std::FILE* errors)
      : request_(request), out_(out), errors_(errors) {}

  ExitStatus run() {
    const auto start = steady_clock::now();
    if (!read()) return ExitStatus::kBadInput;
    FindingReducer reducer(request_.settings);
    signature_ = reducer.signature_of(text_);
    if (!is_as_asked()) return ExitStatus::kBadInput;
    const std::chrono::duration<double> time(request_.seconds);
    reduction_ = reducer.reduce(text_, signature_, time);
    if (reduction_.text.empty()) {
      refuse("the violation does not come in every run, so there is no telling what shows it");
      return ExitStatus::kBadInput;
    }
    seconds_ = std::chrono::duration<double>(steady_clock::now() - start).count();
    return tell();
  }

 private:
  void refuse(const std::string& message) {
    std::fprintf(errors_, "%s: %s\n", printable(request_.file).c_str(), message.c_str());
  }

  // Reads the nest, and replaces its directives by the overrides.
  bool read() {
    Input input{request_.file, ""};
    const std::string text = read_input(input);
    if (!input.error.empty()) {
      refuse(input.error);
      return false;
    }
    Arena arena;
    Diagnostic diagnostic;
    Nest* const nest = load(text, arena, diagnostic);
    if (nest == nullptr) {
      for (const Diagnostic& one : diagnose(text)) {
        std::fprintf(errors_, "%s\n", to_string(one, printable(request_.file)).c_str());
      }
      return false;
    }
    bytes_before_ = text.size();
    std::string message;
    const bool fits = request_.overrides.apply(nest->directives, arena, message);
    if (!fits) refuse("with --set: " + message);
    print(*nest, text_);
    return fits;
  }

  bool is_as_asked() {
    if (signature_.empty()) {
      refuse(
          "no violation, so there is nothing to reduce; --defect, --design and --poison may be "
          "needed to show it");
      return false;
    }
    if (request_.signature.empty() || request_.signature == signature_) return true;
    refuse("its violation is " + signature_ + ", not " + request_.signature);
    return false;
  }

  ExitStatus tell() {
    if (!request_.out.empty() && !write_nest()) return ExitStatus::kBadInput;
    if (request_.json) {
      std::fprintf(out_, "%s\n", document().c_str());
    } else if (request_.out.empty()) {
      std::fwrite(reduction_.text.data(), 1, reduction_.text.size(), out_);
    }
    std::fprintf(errors_, "%s: %lu statements became %lu with %lu candidates in %.1f s%s\n",
                 signature_.c_str(), reduction_.before.statements, reduction_.after.statements,
                 reduction_.candidates, seconds_,
                 reduction_.is_done ? "" : ", which was not enough to finish");
    return ExitStatus::kOk;
  }

  bool write_nest() {
    const bool written = is_replaced(request_.out)
                             ? replace_file(behind_links(request_.out), reduction_.text)
                             : write_file(request_.out, "ab", reduction_.text);
    if (!written) {
      std::fprintf(errors_, "%s: cannot be written: %s\n", printable(request_.out).c_str(),
                   std::strerror(errno));
    }
    return written;
  }

  std::string document() const {
    nlohmann::ordered_json document = {{"file", request_.file}};
    if (!is_utf8(request_.file)) document["file_hex"] = hexadecimal(request_.file);
    document["signature"] = signature_;
    document["statements_before"] = reduction_.before.statements;
    document["statements_after"] = reduction_.after.statements;
    document["bytes_before"] = bytes_before_;
    document["bytes_after"] = reduction_.text.size();
    document["candidates"] = reduction_.candidates;
    document["seconds"] = seconds_;
    document["nest"] = reduction_.text;
    return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }

  const ReduceRequest& request_;
  std::FILE* out_;
  std::FILE* errors_;
  std::string text_;
  size_t bytes_before_ = 0;  // of the file
  std::string signature_;
  Reduction reduction_;
  double seconds_ = 0;
};

}  // namespace

ExitStatus reduce_request(const ReduceRequest& request, std::FILE* out, std::FILE* errors) {
  return ReduceCommand(request, out, errors).run();
}

}  // namespace stackquake
