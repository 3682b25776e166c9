// run_nests [--design NAME] [--defect SLUG]… [--poison MODE] [--set KEY=VALUE]… [--trace] [--json]
// PATH… : runs nests and tells how each behaves. --help tells the rest.

#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "harness/run/command_line.h"
#include "harness/run/run_request.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto parsed = stackquake::parse_command_line(arguments);
  if (const auto* help = std::get_if<stackquake::Help>(&parsed)) {
    std::fputs(help->text.c_str(), stdout);
    return 0;
  }
  if (const auto* request = std::get_if<stackquake::Request>(&parsed)) {
    return static_cast<int>(stackquake::run_request(*request, stdout, stderr));
  }
  const auto* refusal = std::get_if<stackquake::Refusal>(&parsed);
  std::fprintf(stderr, "run_nests: %s\n", refusal->message.c_str());
  return static_cast<int>(refusal->status);
}
