#include "harness/mutation/mutator.h"
#include "harness/mutation/outline.h"

namespace stackquake {
namespace {

using Statements = std::span<Statement* const>;

enum class Wrapping : uint8_t {
  kDeferredLiteral,
  kCalledLiteral,
  kProtected,  // a called literal that recovers
  kLoop,
  kIf,
  kBlock,
  kCalledFunction,
  kDeferredFunction,
  kGoroutine,
};

// In the order of Wrapping. A deferred literal weighs most, because it makes a Defer record with a
// closure; a plain block changes nothing but scopes.
constexpr uint32_t kWeights[] = {6, 4, 4, 4, 3, 1, 4, 4, 3};

Statement* recovering(Builder& builder) {
  Expression* const code = builder.builtin(Builtin::kCode, builder.builtin(Builtin::kRecover));
  Block body = builder.block({builder.expression(builder.builtin(Builtin::kTrace, code))});
  Function* const literal = builder.function("", {}, nullptr, body);
  return builder.defer(builder.call(builder.function_literal(literal)));
}

Expression* literal_call(Block body, Builder& builder) {
  return builder.call(builder.function_literal(builder.function("", {}, nullptr, body)));
}

Expression* function_call(Statements statements, MutationContext& context) {
  const Outline made = outline(context, statements);
  Builder builder(context.arena);
  Expression* const call = builder.call(made.function->name, made.arguments);
  call->function = made.function;
  return call;
}

Statement* loop(Block body, Random& random, Builder& builder) {
  Variable* const counter = builder.make_variable("i", {TypeKind::kInt}, VariableKind::kCounter);
  const int64_t rounds = random.pick({1, 2, 3, 5, 10});
  return builder.loop(counter, builder.literal(0), builder.literal(rounds), body);
}

Statement* wrapped(Wrapping wrapping, Statements statements, MutationContext& context) {
  Builder builder(context.arena);
  Block body = builder.block(statements);
  switch (wrapping) {
    case Wrapping::kDeferredLiteral:
      return builder.defer(literal_call(body, builder));
    case Wrapping::kCalledLiteral:
      return builder.expression(literal_call(body, builder));
    case Wrapping::kProtected:
      insert(body, 0, recovering(builder), context.arena);
      return builder.expression(literal_call(body, builder));
    case Wrapping::kLoop:
      return loop(body, context.random, builder);
    case Wrapping::kIf:
      return builder.conditional(context.generator.condition(context.site.scope), body);
    case Wrapping::kBlock:
      return builder.nested(body);
    case Wrapping::kCalledFunction:
      return builder.expression(function_call(statements, context));
    case Wrapping::kDeferredFunction:
      return builder.defer(function_call(statements, context));
    case Wrapping::kGoroutine:
      return builder.go(function_call(statements, context));
  }
  return nullptr;
}

}  // namespace

bool wrap(MutationContext& context) {
  Site& site = context.site;
  const auto any = [](const Statement&) { return true; };
  if (!find_statement(context.nest, context.random, site, any)) return false;
  const std::span<Statement*> statements = statements_at(site, context);
  auto wrapping = static_cast<Wrapping>(context.random.weighted(kWeights));
  if (wrapping == Wrapping::kGoroutine && !context.goroutines)
    wrapping = Wrapping::kDeferredLiteral;
  Statement* const statement = wrapped(wrapping, statements, context);
  remove(*site.block, site.index, statements.size() - 1);
  site.block->statements[site.index] = statement;
  return true;
}

}  // namespace stackquake
