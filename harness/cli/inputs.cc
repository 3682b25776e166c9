#include "harness/cli/inputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "harness/language/tree.h"

namespace stackquake {

namespace {

namespace fs = std::filesystem;

std::string cannot_be_read(const std::string& reason) {
  return "cannot be read: " + reason;
}

// Whether a file of a finding's folder is not the finding's nest.
bool is_beside_nest(const fs::path& file) {
  std::error_code unknown;
  return file.filename() != kFindingNest &&
         fs::exists(file.parent_path() / kFindingRecord, unknown);
}

// A dangling link is taken, too, so that the user gets a message about it.
bool is_taken(const fs::directory_entry& entry) {
  std::error_code unknown;
  if (entry.path().extension() != ".go" || is_beside_nest(entry.path())) return false;
  return entry.is_regular_file(unknown) || (entry.is_symlink(unknown) && !entry.exists(unknown));
}

bool is_skipped(const fs::directory_entry& entry) {
  std::error_code unknown;
  return entry.is_directory(unknown) && fs::exists(entry.path() / kNotNests, unknown);
}

void list_folder(const std::string& folder, Inputs& inputs) {
  std::vector<std::string> files;
  std::vector<std::string> skipped;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_taken(*entry)) files.push_back(entry->path().string());
    if (!is_skipped(*entry)) continue;
    entry.disable_recursion_pending();
    skipped.push_back(entry->path().string());
  }
  if (error) {
    inputs.files.push_back({folder, cannot_be_read(error.message())});
  } else if (files.empty() && skipped.empty()) {
    inputs.files.push_back({folder, "has no .go file"});
  }
  std::sort(files.begin(), files.end());
  std::sort(skipped.begin(), skipped.end());
  for (std::string& file : files) inputs.files.push_back({std::move(file), ""});
  for (std::string& path : skipped) inputs.skipped_folders.push_back(std::move(path));
}

bool is_standard_input(const std::string& file) {
  return file == "-" || file == "/dev/stdin";
}

// Opens a regular file for reading. For anything else returns -1 and sets the input's error.
int open_file(Input& input) {
  // Without O_NONBLOCK, opening a pipe would wait for a writer.
  const int file = open(input.file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) {
    input.error = cannot_be_read(std::strerror(errno));
    return -1;
  }
  struct stat facts = {};
  if (fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)) return file;
  input.error = cannot_be_read("not a regular file; - means standard input");
  close(file);
  return -1;
}

std::string read_all(int file, Input& input) {
  std::string text(kMaxTextBytes + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(file, text.data() + size, text.size() - size);
    if (count == 0) break;
    if (count > 0) {
      size += static_cast<size_t>(count);
    } else if (errno != EINTR) {
      input.error = cannot_be_read(std::strerror(errno));
      return "";
    }
  }
  text.resize(size);
  return text;
}

}  // namespace

Inputs find_inputs(std::span<const std::string> paths) {
  Inputs inputs;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      list_folder(path, inputs);
    } else {
      inputs.files.push_back({path, ""});
    }
  }
  return inputs;
}

std::vector<Input> list_inputs(std::span<const std::string> paths) {
  return find_inputs(paths).files;
}

std::string read_input(Input& input) {
  if (is_standard_input(input.file)) return read_all(STDIN_FILENO, input);
  const int file = open_file(input);
  if (file < 0) return "";
  std::string text = read_all(file, input);
  close(file);
  return text;
}

}  // namespace stackquake
