#include "harness/generator/generate_request.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "harness/generator/generator.h"
#include "harness/language/language.h"
#include "harness/run/file_names.h"
#include "harness/run/parse_arguments.h"

namespace stackquake {
namespace {

namespace fs = std::filesystem;

// Nests of one command. Picked, not measured: more files than this would fill a disk by mistake.
constexpr uint64_t kMaxCount = 10'000'000;

constexpr const char* kDescription =
    "Makes random nests: programs of deferred calls, panics, recovers and stack copies that are "
    "valid and end. The same seed makes the same nest on every machine.";

constexpr const char* kFooter =
    "Exit status: 0, 2 for bad usage or a directory that cannot be written to, 3 for output that\n"
    "could not be written.";

bool write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  return file.good();
}

// Writes a file under another name first and then renames it, so that it is never seen half
// written.
bool write_whole(const fs::path& path, const std::string& text) {
  fs::path unfinished = path;
  unfinished += ".unfinished";
  std::error_code error;
  if (write_file(unfinished, text)) fs::rename(unfinished, path, error);
  const bool written = !error && fs::exists(path, error) && !fs::exists(unfinished, error);
  if (!written) fs::remove(unfinished, error);
  return written;
}

ExitStatus refuse(std::FILE* errors, const std::string& path) {
  std::fprintf(errors, "%s: cannot be written\n", printable(path).c_str());
  return ExitStatus::kBadInput;
}

ExitStatus write_nests(const GenerateRequest& request, std::FILE* errors) {
  const fs::path directory = request.directory;
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return refuse(errors, request.directory);
  for (uint64_t i = 0; i < request.count; ++i) {
    const uint64_t seed = request.seed + i;
    const fs::path path = directory / ("nest-" + std::to_string(seed) + ".go");
    if (!write_whole(path, nest_of_seed(seed, request.goroutines))) {
      return refuse(errors, path.string());
    }
  }
  return ExitStatus::kOk;
}

}  // namespace

std::string nest_of_seed(uint64_t seed, bool goroutines) {
  Random random(seed);
  Arena arena;
  std::string text;
  print(*Generator(random, arena, {.goroutines = goroutines}).nest(), text);
  return text;
}

std::variant<GenerateRequest, Help, Refusal> parse_generate_command_line(
    std::span<const std::string> arguments) {
  GenerateRequest request;
  CLI::App app(kDescription, "generate_nests");
  app.footer(kFooter);
  app.add_option("--seed", request.seed, "the seed of the first nest")->capture_default_str();
  auto* count =
      app.add_option("--count", request.count, "how many nests; each further one has the next seed")
          ->check(CLI::Range(uint64_t{1}, kMaxCount))
          ->capture_default_str();
  app.add_flag("--goroutines", request.goroutines, "nests with several goroutines and channels");
  app.add_option("--directory", request.directory,
                 "write files nest-SEED.go there, instead of printing one nest");
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  if (count->count() > 0 && request.count > 1 && request.directory.empty()) {
    return Refusal{ExitStatus::kBadInput, "--count needs a --directory; one nest is printed"};
  }
  return request;
}

ExitStatus generate_nests(const GenerateRequest& request, std::FILE* out, std::FILE* errors) {
  if (!request.directory.empty()) return write_nests(request, errors);
  const std::string text = nest_of_seed(request.seed, request.goroutines);
  std::fwrite(text.data(), 1, text.size(), out);
  return ExitStatus::kOk;
}

}  // namespace stackquake
