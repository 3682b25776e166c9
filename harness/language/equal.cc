#include <algorithm>

#include "harness/language/language.h"

namespace stackquake {
namespace {

bool same(const Expression* a, const Expression* b);
bool same(const Statement* a, const Statement* b);
bool same(const Function* a, const Function* b);
bool same(const Variable* a, const Variable* b);
bool same(const SelectCase& a, const SelectCase& b);

template <typename T>
bool same_lists(std::span<T> a, std::span<T> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& one, const auto& other) { return same(one, other); });
}

bool same(const Variable* a, const Variable* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->name == b->name && a->type == b->type;
}

// A variable declared with := has no type until the checker gives it one.
bool same_declared(const Variable* a, const Variable* b, bool long_form) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->name == b->name && (!long_form || a->type == b->type);
}

bool same(const Block& a, const Block& b) {
  return same_lists(a.statements, b.statements);
}

bool same(const Expression* a, const Expression* b) {
  if (a == nullptr || b == nullptr) return a == b;
  if (a->kind != b->kind || a->operation != b->operation || a->field != b->field ||
      a->builtin != b->builtin || a->value != b->value || a->name != b->name) {
    return false;
  }
  if (a->kind == ExpressionKind::kMake && a->type != b->type) return false;
  if (a->kind == ExpressionKind::kFunctionLiteral && !same(a->function, b->function)) return false;
  return same(a->left, b->left) && same(a->right, b->right) &&
         same_lists(a->arguments, b->arguments) && std::ranges::equal(a->fields, b->fields);
}

bool same(const SelectCase& a, const SelectCase& b) {
  return a.kind == b.kind && same(a.channel, b.channel) && same(a.value, b.value) &&
         same(a.target, b.target) && same(a.body, b.body);
}

bool same(const Statement* a, const Statement* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->kind == b->kind && a->operation == b->operation && a->long_form == b->long_form &&
         same_declared(a->variable, b->variable, a->long_form) && same(a->target, b->target) &&
         same(a->value, b->value) && same(a->limit, b->limit) && same(a->body, b->body) &&
         same(a->otherwise, b->otherwise) && same_lists(a->cases, b->cases);
}

bool same(const Function* a, const Function* b) {
  return a->name == b->name && same_lists(a->parameters, b->parameters) &&
         same(a->result, b->result) && same(a->body, b->body);
}

bool same(const Directives& a, const Directives& b) {
  return a.written == b.written && a.stack == b.stack && a.limit == b.limit && a.sched == b.sched &&
         a.move == b.move && a.gc == b.gc && a.place == b.place &&
         std::ranges::equal(a.move_at, b.move_at) && std::ranges::equal(a.gc_at, b.gc_at) &&
         std::ranges::equal(a.finds, b.finds);
}

}  // namespace

bool equal(const Nest& a, const Nest& b) {
  return a.imports_runtime == b.imports_runtime && same(a.directives, b.directives) &&
         same_lists(a.functions, b.functions);
}

}  // namespace stackquake
