#ifndef STACKQUAKE_HARNESS_CLI_NEST_COMMAND_H_
#define STACKQUAKE_HARNESS_CLI_NEST_COMMAND_H_

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/inputs.h"
#include "harness/cli/overrides.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"
#include "harness/run/exit_status.h"

namespace stackquake {

// The options and arguments that all programs for nests have in common.
struct NestRequest {
  Overrides overrides;
  bool json = false;
  std::vector<std::string> paths;  // files and folders, at least one
};

// A command that does something with each of several nests. It finds and reads the files, reports
// those that are not nests, and writes the result of each nest before the next one runs. With
// --json the results are the elements of one list.
class NestCommand {
 public:
  // The request must outlive this object. Results go to `out`, errors in files to `errors`.
  NestCommand(const NestRequest& request, std::FILE* out, std::FILE* errors)
      : request_(request), out_(out), errors_(errors) {}
  virtual ~NestCommand() = default;
  NestCommand(const NestCommand&) = delete;
  NestCommand& operator=(const NestCommand&) = delete;

  // kFound when found() was called, else kBadInput when a file could not be used, else kOk.
  ExitStatus run();

 protected:
  // Parses and checks `text`. The nest lives until the next load; `text` must live as long.
  virtual const Nest* load(std::string_view text, Diagnostic& diagnostic) = 0;

  // Handles the loaded nest. `directives` are its own with the overrides applied. Must call
  // put_result.
  virtual void run_nest(const std::string& file, const Nest& nest,
                        const Directives& directives) = 0;

  // Takes a JSON object when the request is for JSON, otherwise lines.
  void put_result(const std::string& result);

  void found() { found_ = true; }
  bool json() const { return request_.json; }
  size_t width() const { return width_; }  // of the longest file name, in bytes
  std::FILE* out() const { return out_; }
  std::FILE* errors() const { return errors_; }

 private:
  void run_input(Input& input);
  // Reports what is wrong with a file: at least one line.
  void refuse(const Input& input, const std::vector<std::string>& errors);

  const NestRequest& request_;
  std::FILE* out_;
  std::FILE* errors_;
  size_t width_ = 0;
  bool is_first_ = true;  // of the JSON list
  bool found_ = false;
  bool unusable_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_CLI_NEST_COMMAND_H_
