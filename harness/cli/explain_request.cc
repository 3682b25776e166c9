#include "harness/cli/explain_request.h"

#include <string>
#include <string_view>
#include <utility>

#include "harness/cli/nest_command.h"
#include "harness/run/nest_checker.h"
#include "harness/story/story.h"
#include "harness/story/story_json.h"
#include "harness/story/story_text.h"

namespace stackquake {

namespace {

class ExplainCommand final : public NestCommand {
 public:
  ExplainCommand(const ExplainRequest& request, std::FILE* out, std::FILE* errors)
      : NestCommand(request, out, errors),
        request_(request),
        checker_(request.settings.design, request.settings.defect_set()) {}

 private:
  const Nest* load(std::string_view text, Diagnostic& diagnostic) override {
    text_ = text;
    return checker_.load(text_, diagnostic);
  }

  void run_nest(const std::string& file, const Nest&, const Directives& directives) override {
    runtime::Options options = options_of(directives);
    options.poison = request_.settings.poison_mode(options.poison);
    Story story = make_story(file, text_, gather_evidence(checker_, options));
    story.design = request_.settings.design;
    story.defects = request_.settings.defects;
    story.poison = request_.settings.poison;
    if (story.evidence.violation() != nullptr) found();
    put_result(request_.as_document ? story_json(story) + "\n" : story_text(story));
  }

  const ExplainRequest& request_;
  NestChecker checker_;
  std::string text_;
};

}  // namespace

ExitStatus explain_request(const ExplainRequest& request, std::FILE* out, std::FILE* errors) {
  return ExplainCommand(request, out, errors).run();
}

}  // namespace stackquake
