#include "harness/mutation/mutator.h"
#include "harness/mutation/outline.h"
#include "harness/mutation/percent.h"
#include "harness/mutation/types.h"

namespace stackquake {
namespace {

// Deeper recursions outgrow the default limit of a stack or the budget of steps.
constexpr int64_t kDeepest = 300;

// Of a new recursion.
constexpr int64_t kUsualDepth = 20;

Expression* use(Variable& variable, Builder& builder) {
  Expression* const name = builder.variable(variable);
  name->variable = &variable;
  return name;
}

// Makes: if n > 0 { call itself with n - 1 and the other parameters unchanged; return }.
Statement* recursion(const Outline& made, Builder& builder) {
  Variable& depth = *made.function->parameters[0];
  std::vector<Expression*> arguments = {
      builder.binary(Operation::kSubtract, use(depth, builder), builder.literal(1))};
  for (Variable* parameter : made.function->parameters.subspan(1)) {
    arguments.push_back(use(*parameter, builder));
  }
  Expression* const call = builder.call(made.function->name, arguments);
  call->function = made.function;
  Expression* const more =
      builder.binary(Operation::kGreater, use(depth, builder), builder.literal(0));
  return builder.conditional(more,
                             builder.block({builder.expression(call), builder.return_value()}));
}

// Adds up to 64 words to each frame of the recursion: a few such frames outgrow the first stack.
void add_words(Function& function, MutationContext& context, Builder& builder) {
  const auto words = static_cast<uint16_t>(1 + context.random.below(64));
  Variable* const words_of_frame = builder.make_variable("pad", {TypeKind::kArray, words});
  Statement* const statements[] = {
      builder.declare_long(words_of_frame),
      builder.assign(nullptr, use(*words_of_frame, builder)),
  };
  insert(function.body, 0, statements, context.arena);
}

bool recurse(MutationContext& context) {
  Site& site = context.site;
  const auto any = [](const Statement&) { return true; };
  if (!find_statement(context.nest, context.random, site, any)) return false;
  Builder builder(context.arena);
  const std::span<Statement*> statements = statements_at(site, context);
  Variable* const depth = builder.make_variable("n", kIntType, VariableKind::kParameter);
  Outline made = outline(context, statements, depth);
  insert(made.function->body, 0, recursion(made, builder), context.arena);
  if (context.random.chance(mutation_percent::kEven)) add_words(*made.function, context, builder);
  made.arguments.insert(made.arguments.begin(),
                        builder.literal(context.random.long_tailed(mutation_percent::kLongTail, 1,
                                                                   kUsualDepth, kDeepest)));
  Expression* const call = builder.call(made.function->name, made.arguments);
  call->function = made.function;
  remove(*site.block, site.index, statements.size() - 1);
  site.block->statements[site.index] = context.random.chance(mutation_percent::kCallRecursion)
                                           ? builder.expression(call)
                                           : builder.defer(call);
  return true;
}

// Whether it is a call whose first argument may be the depth of a recursion.
bool is_deep_call(const Expression& expression, const Statement&) {
  return expression.kind == ExpressionKind::kCall && !expression.arguments.empty() &&
         is_literal(*expression.arguments[0]) && expression.arguments[0]->value > 0 &&
         expression.arguments[0]->value < kDeepest;
}

bool go_deeper(MutationContext& context) {
  if (!find_expression(context.nest, context.random, context.site, is_deep_call)) return false;
  int64_t& depth = (*context.site.slot)->arguments[0]->value;
  depth += context.random.chance(mutation_percent::kEven) ? depth : context.random.between(1, 4);
  return true;
}

}  // namespace

bool deepen(MutationContext& context) {
  if (context.random.chance(mutation_percent::kEven)) return go_deeper(context) || recurse(context);
  return recurse(context);
}

}  // namespace stackquake
