#include "harness/go/packer.h"

#include "harness/language/language.h"
#include "harness/language/walk.h"

namespace stackquake {

namespace {

constexpr std::string_view kPackage = "package main\n";

}  // namespace

void Packer::rename(Nest& nest) {
  const std::string prefix = "quake" + std::to_string(count_) + "_";
  const auto renamed = [&](std::string_view name) {
    const std::string whole = prefix + std::string(name);
    const std::span<char> copy = arena_.copy(std::span<const char>(whole));
    return std::string_view(copy.data(), copy.size());
  };
  for_each_expression(nest, [&](Expression*& expression) {
    const bool by_name = expression->kind == ExpressionKind::kCall &&
                         expression->function != nullptr &&
                         expression->left->kind == ExpressionKind::kVariable;
    if (by_name) expression->left->name = renamed(expression->left->name);
  });
  for (Function* function : nest.functions) function->name = renamed(function->name);
}

bool Packer::add(std::string_view text, Diagnostic& diagnostic) {
  arena_.reset();
  Nest* nest = load(text, arena_, diagnostic);
  if (nest == nullptr) return false;
  rename(*nest);
  imports_runtime_ = imports_runtime_ || nest->imports_runtime;
  nest->imports_runtime = false;
  nest->directives = Directives();
  std::string printed;
  print(*nest, printed);
  functions_ += printed.substr(kPackage.size());
  table_ += count_ == 0 ? "" : ", ";
  table_ += nest->main->name;
  ++count_;
  return true;
}

std::string Packer::source() const {
  std::string source(kPackage);
  if (imports_runtime_) source += "\nimport \"runtime\"\n";
  return source + functions_ + "\nvar quakeNests = []func(){" + table_ + "}\n";
}

}  // namespace stackquake
