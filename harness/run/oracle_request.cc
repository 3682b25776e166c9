#include "harness/run/oracle_request.h"

#include <string>
#include <string_view>

#include "harness/language/language.h"
#include "harness/run/nest_command.h"
#include "harness/run/oracle_behaviour.h"
#include "harness/run/report.h"
#include "harness/run/report_json.h"

namespace stackquake {

namespace {

class OracleCommand final : public NestCommand {
 public:
  OracleCommand(const OracleRequest& request, std::FILE* out, std::FILE* errors)
      : NestCommand(request, out, errors), level_(request.level) {}

 private:
  const Nest* load(std::string_view text, Diagnostic& diagnostic) override {
    arena_.reset();
    return stackquake::load(text, arena_, diagnostic);
  }

  void run_nest(const std::string& file, const Nest& nest, const Directives& directives) override {
    const Behaviour behaviour =
        behaviour_of(oracle_.evaluate(nest, oracle_options(directives, level_)));
    put_result(json() ? behaviour_json(file, to_string(level_), behaviour)
                      : behaviour_report(file, width(), behaviour));
  }

  Level level_;
  Arena arena_;
  Oracle oracle_;
};

}  // namespace

ExitStatus oracle_request(const OracleRequest& request, std::FILE* out, std::FILE* errors) {
  return OracleCommand(request, out, errors).run();
}

}  // namespace stackquake
