#ifndef STACKQUAKE_HARNESS_LANGUAGE_TREE_H_
#define STACKQUAKE_HARNESS_LANGUAGE_TREE_H_

// The tree of a nest.
//
// The parser builds the tree. The checker fills in the members marked "checker". The printer, the
// compiler, the oracle, the mutators and the reducer read it.
//
// Every node lives in one Arena and is plain data. There is one struct for all expressions and one
// for all statements; `kind` tells them apart. The comment at each kind names the members that it
// uses; the others keep their defaults. The tree keeps neither comments nor parentheses: the
// printer adds the parentheses that are needed.

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/language/diagnostic.h"
#include "harness/language/directives.h"

namespace stackquake {

struct Block;
struct Expression;
struct Function;
struct Statement;
struct Variable;

// ---- Limits of the language, inclusive ----

constexpr size_t kMaxTextBytes = size_t{64} << 10;
constexpr size_t kMaxFunctions = 64;  // functions and literals of a nest
constexpr size_t kMaxVariables = 64;  // locals, counters, parameters and results of a function
constexpr size_t kMaxNesting = 64;    // of blocks, a function's body being 1; and of expressions
constexpr size_t kMaxFrameWords = 4096;
constexpr int64_t kMaxArrayLength = 1024;
constexpr int64_t kMaxChannelCapacity = 1024;

// ---- Types ----

enum class TypeKind : uint8_t {
  kNone,         // no value: the type of a call of a function without a result
  kInt,          // int
  kArray,        // [length]int
  kIntPointer,   // *int
  kNodePointer,  // *node
  kFunc,         // func()
  kAny,          // any
  kIntChannel,   // chan int
  kNodeChannel,  // chan *node
  kNil,          // the literal nil, until the checker gives it the type of its place
  kCondition,    // comparisons, &&, || and !
};

struct Type {
  TypeKind kind = TypeKind::kNone;
  uint16_t length = 0;  // of kArray, in elements; 0 otherwise

  // Words that a value takes in a frame: an `any` two, an array one per element, no value none,
  // anything else one.
  uint32_t words() const {
    if (kind == TypeKind::kArray) return length;
    if (kind == TypeKind::kNone) return 0;
    return kind == TypeKind::kAny ? 2 : 1;
  }

  friend bool operator==(const Type&, const Type&) = default;
};

// ---- Variables ----

enum class VariableKind : uint8_t { kParameter, kResult, kLocal, kCounter };

struct Variable {
  std::string_view name;  // empty for a result without a name
  Position position;
  Type type;
  VariableKind kind = VariableKind::kLocal;

  // Checker:
  Function* owner = nullptr;  // the function whose frame holds it
  // Among the owner's variables: parameters, result, then the others in the order of the text.
  uint32_t index = 0;
  bool used = false;           // as Go counts uses: reads, not plain assignments
  bool assigned = false;       // anywhere but in its declaration
  bool address_taken = false;  // &x, &x[i]
  bool captured = false;       // by any literal
  // Lives in a heap box: some literal captures it that stands, itself or with a literal around it,
  // in a loop of the owner or below.
  bool boxed = false;
};

// ---- Expressions ----

enum class ExpressionKind : uint8_t {
  kLiteral,          // value
  kNil,              //
  kVariable,         // name; checker: variable
  kIndex,            // left [ right ]: left is a kVariable
  kDereference,      // * left
  kSelector,         // left . field
  kAddress,          // & left: a kVariable, kIndex, or kSelector of val
  kNode,             // &node{ fields[i]: arguments[i] … }, as written
  kBinary,           // left operation right: arithmetic, comparison, && and ||
  kNot,              // ! left
  kFunctionLiteral,  // function
  // left ( arguments ): left is a kVariable or a kFunctionLiteral. Checker: function, unless left
  // is a func() variable.
  kCall,
  kBuiltinCall,  // builtin ( arguments )
  kMake,         // make(type[, value]): value is -1 when no capacity is written
  kReceive,      // <- left
};

enum class Operation : uint8_t {
  kNone,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kAnd,
  kOr,
  kXor,
  kShiftLeft,
  kShiftRight,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLogicalAnd,
  kLogicalOr,
};

enum class Field : uint8_t { kVal, kNext, kPeer };
constexpr Field kFields[] = {Field::kVal, Field::kNext, Field::kPeer};

enum class Builtin : uint8_t {
#define STACKQUAKE_BUILTIN(enumerator, spelling, parameters, result, deferrable) enumerator,
#include "harness/language/builtins.def"
#undef STACKQUAKE_BUILTIN
};

struct Expression {
  ExpressionKind kind = ExpressionKind::kNil;
  Operation operation = Operation::kNone;
  Field field = Field::kVal;
  Builtin builtin{};
  Position position;  // of its first token; for a kBinary, of its operator
  Type type;          // checker; for a kMake, the parser
  int64_t value = 0;
  std::string_view name;
  Variable* variable = nullptr;
  Function* function = nullptr;
  Expression* left = nullptr;
  Expression* right = nullptr;
  std::span<Expression*> arguments;
  std::span<Field> fields;
};

// ---- Statements ----

enum class StatementKind : uint8_t {
  kDeclare,     // var variable T [= value] when `long_form`, else variable := value
  kAssign,      // target = value; target is null for _
  kOperate,     // target operation= value: kAdd or kSubtract; x++ and x-- have a null value
  kExpression,  // value: a kCall, kBuiltinCall or kReceive
  kDefer,       // defer value: a kCall or kBuiltinCall
  kGo,          // go value: a kCall
  kIf,          // if value { body } [else otherwise]: otherwise is null, a kIf or a kBlock
  kFor,         // for variable := value; variable < limit; variable++ { body }
  kReturn,      // return [value]
  kBlock,       // { body }
  kSend,        // target <- value
  kSelect,      // select { cases }
};

struct Block {
  std::span<Statement*> statements;
};

enum class CaseKind : uint8_t {
  kSend,     // case channel <- value:
  kReceive,  // case <-channel:   or   case target = <-channel: where target is not null
  kDefault,  // default:
};

struct SelectCase {
  CaseKind kind = CaseKind::kDefault;
  Position position;
  Expression* channel = nullptr;
  Expression* value = nullptr;
  Expression* target = nullptr;  // a kVariable
  Block body;
};

struct Statement {
  StatementKind kind = StatementKind::kBlock;
  Operation operation = Operation::kNone;
  bool long_form = false;
  Position position;
  Variable* variable = nullptr;
  Expression* target = nullptr;
  Expression* value = nullptr;
  Expression* limit = nullptr;
  Block body;
  Statement* otherwise = nullptr;
  std::span<SelectCase> cases;
};

// ---- Functions and the nest ----

struct Function {
  std::string_view name;  // empty for a literal
  Position position;      // of the name; for a literal, of its `func`
  Position end;           // of the closing brace
  std::span<Variable*> parameters;
  Variable* result = nullptr;
  Block body;

  // Checker:
  uint32_t index = 0;          // in Nest::all
  Function* parent = nullptr;  // the function or literal that a literal stands in
  bool in_loop = false;        // it is a literal that stands in a loop of its parent
  bool has_defer = false;
  std::span<Variable*> variables;  // all that it owns, by Variable::index
  // The variables of enclosing functions that it or a literal inside it captures: each once, in the
  // order of first use.
  std::span<Variable*> captures;
};

struct Nest {
  Directives directives;
  bool imports_runtime = false;
  Position import_position;        // of the word import
  std::span<Function*> functions;  // the declared ones, in the order of the text

  // Checker:
  // The declared functions, then every literal, both in the order of the text.
  std::span<Function*> all;
  Function* main = nullptr;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_LANGUAGE_TREE_H_
