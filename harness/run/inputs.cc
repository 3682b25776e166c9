#include "harness/run/inputs.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "harness/language/tree.h"

namespace stackquake {

namespace {

namespace fs = std::filesystem;

std::string cannot_be_read(const std::string& reason) {
  return "cannot be read: " + reason;
}

void list_folder(const std::string& folder, std::vector<Input>& inputs) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unknown;
    if (entry->path().extension() == ".go" && !entry->is_directory(unknown)) {
      files.push_back(entry->path().string());
    }
  }
  if (error) {
    inputs.push_back({folder, cannot_be_read(error.message())});
  } else if (files.empty()) {
    inputs.push_back({folder, "has no .go file"});
  }
  std::sort(files.begin(), files.end());
  for (std::string& file : files) inputs.push_back({std::move(file), ""});
}

}  // namespace

std::vector<Input> list_inputs(std::span<const std::string> paths) {
  std::vector<Input> inputs;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      list_folder(path, inputs);
    } else {
      inputs.push_back({path, ""});
    }
  }
  return inputs;
}

std::string read_input(Input& input) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(input.file.c_str(), "rb"), [](std::FILE* f) { return fclose(f); });
  if (file == nullptr) {
    input.error = cannot_be_read(std::strerror(errno));
    return "";
  }
  std::string text(kMaxTextBytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) == 0) return text;
  input.error = cannot_be_read(std::strerror(errno));
  return "";
}

}  // namespace stackquake
