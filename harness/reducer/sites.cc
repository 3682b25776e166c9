#include "harness/reducer/sites.h"

#include <unordered_map>

#include "harness/language/walk.h"

namespace stackquake::reducer {

namespace {

class Collector : public Visitor {
 public:
  explicit Collector(Sites& sites) : sites_(sites) {}

  void statement(Statement*& statement) {
    sites_.statements.push_back(statement);
    note_targets(*statement);
  }

  void note_targets(Statement& statement) {
    if (statement.kind == StatementKind::kAssign) kinds_[&statement.target] = SiteKind::kAssigned;
    if (statement.kind == StatementKind::kOperate) kinds_[&statement.target] = SiteKind::kOperated;
    for (SelectCase& select_case : statement.cases) {
      kinds_[&select_case.target] = SiteKind::kAssigned;
    }
  }

  void expression(Expression*& slot) {
    const bool is_function_name =
        slot->kind == ExpressionKind::kVariable && slot->variable == nullptr;
    if (is_function_name) return;
    const auto target = kinds_.find(&slot);
    const SiteKind kind = target != kinds_.end() ? target->second : SiteKind::kRead;
    sites_.expressions.push_back({&slot, kind, depth_});
  }

  void enter(Block& block) {
    ++depth_;
    sites_.blocks.push_back(&block);
  }
  void leave(Block&) { --depth_; }

  void enter(Function& function) { sites_.functions.push_back(&function); }
  void leave(Function&) {}

 private:
  Sites& sites_;
  std::unordered_map<Expression**, SiteKind> kinds_;  // of targets
  uint32_t depth_ = 0;
};

template <typename Root>
Sites collect(Root& root) {
  Sites sites;
  Collector collector(sites);
  walk(root, collector);
  return sites;
}

}  // namespace

Sites sites_of(Nest& nest) {
  return collect(nest);
}

Sites sites_of(Function& function) {
  return collect(function);
}

Sites sites_of(Block& block) {
  return collect(block);
}

std::vector<Site> own_expressions(Statement& statement) {
  Sites sites;
  Collector collector(sites);
  collector.note_targets(statement);
  walk(statement, collector);
  std::erase_if(sites.expressions, [](const Site& site) { return site.depth > 0; });
  return sites.expressions;
}

}  // namespace stackquake::reducer
