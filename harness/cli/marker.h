#ifndef STACKQUAKE_HARNESS_CLI_MARKER_H_
#define STACKQUAKE_HARNESS_CLI_MARKER_H_

#include <cstdint>
#include <string>

namespace stackquake {

// A small file that says at any moment what a process is doing: two numbers and a newline. Whoever
// started the process reads there where it died or hangs. Setting it costs no system call.
class Marker {
 public:
  // Creates the file. No file if the name is empty.
  explicit Marker(const std::string& name);
  ~Marker();
  Marker(const Marker&) = delete;
  Marker& operator=(const Marker&) = delete;

  // False if a file was asked for that cannot be written.
  bool works() const { return works_; }

  // Does nothing without a file.
  void set(uint64_t first, uint64_t second);

 private:
  char* text_ = nullptr;  // the file's memory
  bool works_ = true;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_MARKER_H_
