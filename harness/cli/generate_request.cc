#include "harness/cli/generate_request.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "harness/cli/parse_arguments.h"
#include "harness/generator/generator.h"
#include "harness/language/language.h"
#include "harness/run/file_names.h"

namespace stackquake {
namespace {

namespace fs = std::filesystem;

// Nests of one command. Picked, not measured: more files than this would fill a disk by mistake.
constexpr uint64_t kMaxCount = 10'000'000;
// Of nests with goroutines. They are made for comparisons with real Go; the rest, of which a third
// behaves alike under all schedules, may yet show what these do not.
constexpr uint32_t kComparedPercent = 70;

constexpr uint64_t kMaxFirst = uint64_t{1} << 62;

constexpr const char* kDescription =
    "Makes random nests: programs of deferred calls, panics, recovers and stack copies that are "
    "valid and end. Nests are numbered in series. The seed of a series and a number make the same "
    "nest on every machine.";

// The name that stands for all profiles in turn.
constexpr std::string_view kTurns = "turns";

constexpr const char* kProfileHelp =
    "what the nests have most of: `records` deferred calls, panics and copies of the stack, "
    "`compiler` values that live over calls and branches, `turns` each of them in turn";

constexpr const char* kFooter =
    "Exit status: 0, 2 for bad usage or a directory that cannot be written to, 3 for output that\n"
    "could not be written.";

std::string name_of(Profile profile) {
  return std::string(mix_of(profile).name);
}

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
    const uint64_t number = request.first + i;
    const std::string profile = name_of(profile_of_nest(request, number));
    const fs::path path = directory / (profile + "-" + std::to_string(number) + ".go");
    if (!write_whole(path, nest_of_number(request, number))) {
      return refuse(errors, path.string());
    }
  }
  return ExitStatus::kOk;
}

}  // namespace

Profile profile_of_nest(const GenerateRequest& request, uint64_t number) {
  return request.profile.value_or(kProfiles.at(number % kProfiles.size()));
}

std::string nest_of_number(const GenerateRequest& request, uint64_t number) {
  Random random(seed_of_nest(request.seed, number));
  Arena arena;
  std::string text;
  const GeneratorOptions options{.goroutines = request.goroutines,
                                 .hand_overs = kComparedPercent,
                                 .profile = profile_of_nest(request, number)};
  print(*Generator(random, arena, options).nest(), text);
  return text;
}

std::variant<GenerateRequest, Help, Refusal> parse_generate_command_line(
    std::span<const std::string> arguments) {
  GenerateRequest request;
  CLI::App app(kDescription, "generate_nests");
  app.footer(kFooter);
  app.add_option("--seed", request.seed, "the seed of the series")->capture_default_str();
  app.add_option("--first", request.first, "the number of the first nest in the series")
      ->check(CLI::Range(uint64_t{0}, kMaxFirst))
      ->capture_default_str();
  auto* count = app.add_option("--count", request.count,
                               "how many nests; each further one has the next number")
                    ->check(CLI::Range(uint64_t{1}, kMaxCount))
                    ->capture_default_str();
  std::string profile(kTurns);
  app.add_option("--profile", profile, kProfileHelp)
      ->check(CLI::IsMember(
          {std::string(kTurns), name_of(Profile::kRecords), name_of(Profile::kCompiler)}))
      ->capture_default_str();
  app.add_flag("--goroutines", request.goroutines, "nests with several goroutines and channels");
  app.add_option("--directory", request.directory,
                 "write files PROFILE-NUMBER.go there, instead of printing one nest");
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  request.profile = profile_named(profile);
  if (count->count() > 0 && request.count > 1 && request.directory.empty()) {
    return Refusal{ExitStatus::kBadInput, "--count needs a --directory; one nest is printed"};
  }
  return request;
}

ExitStatus generate_nests(const GenerateRequest& request, std::FILE* out, std::FILE* errors) {
  if (!request.directory.empty()) return write_nests(request, errors);
  const std::string text = nest_of_number(request, request.first);
  std::fwrite(text.data(), 1, text.size(), out);
  return ExitStatus::kOk;
}

}  // namespace stackquake
