#ifndef STACKQUAKE_HARNESS_CLI_CAPTURED_FILE_H_
#define STACKQUAKE_HARNESS_CLI_CAPTURED_FILE_H_

// For the tests of commands: a std::FILE* whose contents the test reads back as text.

#include <cstdio>
#include <cstdlib>
#include <string>

namespace stackquake {

class CapturedFile {
 public:
  CapturedFile() : file_(open_memstream(&text_, &size_)) {}
  ~CapturedFile() {
    std::fclose(file_);
    std::free(text_);
  }
  CapturedFile(const CapturedFile&) = delete;
  CapturedFile& operator=(const CapturedFile&) = delete;

  std::FILE* file() { return file_; }

  // Everything that has been written so far.
  std::string text() {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  size_t size_ = 0;
  std::FILE* file_;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_CAPTURED_FILE_H_
