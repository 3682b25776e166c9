#ifndef STACKQUAKE_HARNESS_RUN_NEST_COMMAND_H_
#define STACKQUAKE_HARNESS_RUN_NEST_COMMAND_H_

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"
#include "harness/run/exit_status.h"
#include "harness/run/inputs.h"
#include "harness/run/overrides.h"

namespace stackquake {

// What the command lines of all programs that take nests have in common.
struct NestRequest {
  Overrides overrides;
  bool json = false;
  std::vector<std::string> paths;  // files and folders, at least one
};

// One command that does something with nests, one after another: finds the files, reads them, tells
// of those that are no nests, and puts results out, each before the next nest's turn. With --json
// they are the elements of one list.
class NestCommand {
 public:
  // The request must live as long. Results go to `out`, what is wrong with files to `errors`.
  NestCommand(const NestRequest& request, std::FILE* out, std::FILE* errors)
      : request_(request), out_(out), errors_(errors) {}
  virtual ~NestCommand() = default;
  NestCommand(const NestCommand&) = delete;
  NestCommand& operator=(const NestCommand&) = delete;

  // kFound when found() was called, else kBadInput when a file could not be used.
  ExitStatus run();

 protected:
  // Parses and checks. The nest lives until the next load, `text` as long.
  virtual const Nest* load(std::string_view text, Diagnostic& diagnostic) = 0;

  // The loaded nest's turn, with the overrides put over its directives. Is to call `put_result`.
  virtual void run_nest(const std::string& file, const Nest& nest,
                        const Directives& directives) = 0;

  // A JSON object when the request is for JSON, else lines.
  void put_result(const std::string& result);

  void found() { found_ = true; }
  bool json() const { return request_.json; }
  size_t width() const { return width_; }  // of the longest file name, in bytes
  std::FILE* out() const { return out_; }
  std::FILE* errors() const { return errors_; }

 private:
  void run_input(Input& input);
  // Tells what is wrong with a file: at least one line.
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

#endif  // STACKQUAKE_HARNESS_RUN_NEST_COMMAND_H_
