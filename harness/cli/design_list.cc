#include "harness/cli/design_list.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "harness/cli/nest_command.h"
#include "harness/cli/parse_arguments.h"
#include "harness/cli/setting_options.h"
#include "harness/language/language.h"
#include "runtime_under_test/designs/designs.h"

namespace stackquake {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kListDescription =
    "Prints a JSON document: the designs with their built-in defects, all defects, and for each "
    "nest "
    "the defects that it names.";

constexpr const char* kListFooter =
    "Exit status: 0, or 2 for bad usage, a file that is not a nest, or a nest that names a defect\n"
    "that does not exist.";

// The line and column at which `piece`, a part of `text`, starts.
Position position_in(std::string_view text, std::string_view piece) {
  const std::string_view before = text.substr(0, piece.data() - text.data());
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<uint32_t>(lines + 1), static_cast<uint32_t>(before.size() - line_start + 1)};
}

class DesignListCommand final : public NestCommand {
 public:
  DesignListCommand(const NestRequest& request, std::span<const Defect> defects, std::FILE* out,
                    std::FILE* errors)
      : NestCommand(request, out, errors), defects_(defects) {}

 private:
  const Nest* load(std::string_view text, Diagnostic& diagnostic) override {
    arena_.reset();
    const Nest* nest = stackquake::load(text, arena_, diagnostic);
    if (nest == nullptr) return nullptr;
    for (const std::string_view slug : nest->directives.finds) {
      if (exists(slug)) continue;
      diagnostic = {position_in(text, slug), unknown_defect(slug)};
      return nullptr;
    }
    return nest;
  }

  void run_nest(const std::string& file, const Nest&, const Directives& directives) override {
    Json json = {{"file", file}};
    json["finds"] = directives.finds;
    put_result(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  bool exists(std::string_view slug) const {
    return std::any_of(defects_.begin(), defects_.end(),
                       [&](const Defect& defect) { return defect.slug == slug; });
  }

  std::span<const Defect> defects_;
  Arena arena_;
};

Json design_json(std::string_view name) {
  const runtime::DefectSet built_in = runtime::built_in_defects(name);
  Json slugs = Json::array();
  for (const runtime::DefectFacts& facts : runtime::all_defects()) {
    if (built_in.has(facts.defect)) slugs.push_back(facts.slug);
  }
  return {{"name", name}, {"level", to_string(level_of(name))}, {"built_in", slugs}};
}

Json defect_json(const Defect& defect) {
  return {{"slug", defect.slug},
          {"design", defect.design},
          {"fixed_by", defect.fixed_by},
          {"check", defect.check},
          {"description", defect.description}};
}

void put_head(std::span<const Defect> defects, std::FILE* out) {
  Json designs = Json::array();
  for (const std::string_view name : runtime::design_names()) designs.push_back(design_json(name));
  Json list = Json::array();
  for (const Defect& defect : defects) list.push_back(defect_json(defect));
  std::fprintf(out, "{\"designs\":%s,\n\"defects\":%s,\n\"nests\":", designs.dump().c_str(),
               list.dump().c_str());
}

}  // namespace

std::variant<DesignListRequest, Help, Refusal> parse_design_list_command_line(
    std::span<const std::string> arguments) {
  DesignListRequest request;
  CLI::App app(kListDescription, "list_designs");
  app.footer(kListFooter);
  app.add_option("PATH", request.paths, "nests, and folders of which all .go files are taken");
  if (auto refusal = parse_arguments(app, arguments)) {
    if (refusal->status == ExitStatus::kOk) return Help{std::move(refusal->message)};
    return std::move(*refusal);
  }
  return request;
}

ExitStatus design_list_request(const DesignListRequest& request, std::FILE* out,
                               std::FILE* errors) {
  put_head(request.defects, out);
  const NestRequest nests{.overrides = {}, .json = true, .paths = request.paths};
  const ExitStatus status = DesignListCommand(nests, request.defects, out, errors).run();
  std::fputs("}\n", out);
  return status;
}

}  // namespace stackquake
