#include "runtime_under_test/runtime_functions.h"

#include <cstddef>
#include <initializer_list>
#include <span>

#include "runtime_under_test/records.h"

namespace stackquake::runtime {

namespace {

// Puts one runtime function after another into a program.
class Builder {
 public:
  Builder(const Design& design, Program& program) : design_(design), program_(program) {}

  struct Shape {
    std::string_view name = {};
    FunctionKind kind = FunctionKind::kRuntime;
    uint16_t frame_words = 0;
    uint16_t argument_words = 0;
    std::span<const uint16_t> argument_pointers = {};
    std::span<const uint16_t> locals_pointers = {};
    bool is_wrapper = false;
  };

  // Every instruction gets the same map of locals.
  void add(const Shape& shape, std::initializer_list<Instruction> instructions) {
    Function function;
    function.name = shape.name;
    function.kind = shape.kind;
    function.is_wrapper = shape.is_wrapper;
    function.frame_words = shape.frame_words;
    function.argument_words = shape.argument_words;
    function.parameter_words = shape.argument_words;
    function.entry = static_cast<uint32_t>(program_.code.size());
    function.end = function.entry + static_cast<uint32_t>(instructions.size());
    function.arguments = function.entry_arguments = map(shape.argument_pointers);
    program_.locals_maps.push_back(map(shape.locals_pointers));
    for (const Instruction& instruction : instructions) {
      program_.code.push_back(instruction);
      program_.lines.push_back(0);
      program_.function_of.push_back(static_cast<uint16_t>(program_.functions.size()));
      program_.locals_map_of.push_back(static_cast<uint32_t>(program_.locals_maps.size() - 1));
    }
    program_.functions.push_back(function);
  }

  // Built-ins take numbers only.
  std::span<const uint16_t> pointers_of_built_in(uint16_t argument_words) const {
    static constexpr uint16_t kWords[] = {0};
    // Go treated all words as pointers if a function had no map.
    if (design_.defects().has(Defect::kDeferArgmapLies)) return {kWords, argument_words};
    return {};
  }

  // Adds a function whose frame layout comes from the design.
  void add_with_layout(RuntimeFunction function, Shape shape, Opcode enter, Opcode body) {
    bool calls = false;
    for (const RuntimeLayout& layout : design_.layouts()) {
      if (layout.function != function) continue;
      shape.frame_words = layout.frame_words;
      shape.locals_pointers = layout.pointers;
      calls = layout.calls;
    }
    if (calls) {
      return add(shape,
                 {{Opcode::kPrologue, shape.frame_words, 0, 0, static_cast<int64_t>(function)},
                  {body, shape.frame_words},
                  {Opcode::kNativeCalled},
                  {Opcode::kReturn, shape.frame_words}});
    }
    add(shape, {{enter, shape.frame_words, 0, 0, static_cast<int64_t>(function)},
                {body, shape.frame_words},
                {Opcode::kReturn, shape.frame_words}});
  }

 private:
  PointerMap map(std::span<const uint16_t> slots) {
    const PointerMap result{static_cast<uint32_t>(program_.map_slots.size()),
                            static_cast<uint32_t>(slots.size())};
    program_.map_slots.insert(program_.map_slots.end(), slots.begin(), slots.end());
    return result;
  }

  const Design& design_;
  Program& program_;
};

constexpr uint16_t kFirst[] = {0};
constexpr uint16_t kFirstTwo[] = {0, 1};
constexpr uint16_t kSecond[] = {1};

int64_t number(RuntimeFunction function) {
  return static_cast<int64_t>(function);
}

// Adds abortpanic, which marks the Panic at its argument as aborted.
void add_abortpanic(Builder& builder) {
  constexpr uint16_t kFrameWords = 1;
  constexpr uint16_t kArgument = kFrameWords + 1;
  builder.add({.name = "abortpanic",
               .frame_words = kFrameWords,
               .argument_words = 1,
               .argument_pointers = kFirst},
              {{Opcode::kEnterNosplit, kFrameWords},
               {Opcode::kConst, 0, 0, 0, 1},
               {Opcode::kStore, kArgument, 0, 0, offsetof(Panic, aborted)},
               {Opcode::kReturn, kFrameWords}});
}

void add_defers_and_panics(Builder& builder) {
  builder.add({.name = "goexit"}, {{Opcode::kNop}, {Opcode::kNativeGoexit0}});
  builder.add_with_layout(RuntimeFunction::kGopanic,
                          {.name = "gopanic", .argument_words = 2, .argument_pointers = kSecond},
                          Opcode::kPrologue, Opcode::kNativeGopanic);
  builder.add_with_layout(RuntimeFunction::kGoexit, {.name = "Goexit"}, Opcode::kPrologue,
                          Opcode::kNativeGoexit);
  const Builder::Shape proc{.argument_words = kProcArgumentWords, .argument_pointers = kSecond};
  Builder::Shape deferproc = proc;
  deferproc.name = "deferproc";
  builder.add_with_layout(RuntimeFunction::kDeferproc, deferproc, Opcode::kEnterNosplit,
                          Opcode::kNativeDeferproc);
  builder.add_with_layout(RuntimeFunction::kDeferprocStack,
                          {.name = "deferprocStack",
                           .frame_words = 1,
                           .argument_words = 1,
                           .argument_pointers = kFirst},
                          Opcode::kEnterNosplit, Opcode::kNativeDeferprocStack);
  builder.add_with_layout(RuntimeFunction::kDeferreturn,
                          {.name = "deferreturn", .argument_words = 1}, Opcode::kEnterNosplit,
                          Opcode::kNativeDeferreturn);
  builder.add({.name = "jmpdefer"}, {{Opcode::kNativeJmpdefer}});
  add_abortpanic(builder);
  Builder::Shape newproc = proc;
  newproc.name = "newproc";
  newproc.frame_words = 1;
  builder.add(newproc,
              {{Opcode::kEnterNosplit, 1}, {Opcode::kNativeNewproc, 1}, {Opcode::kReturn, 1}});
}

void add_raisers(Builder& builder, const Program& program) {
  const int64_t gopanic = program.runtime_function(RuntimeFunction::kGopanic).entry;
  struct Raiser {
    RuntimeFunction function;
    std::string_view name;
  };
  for (const Raiser& raiser : {Raiser{RuntimeFunction::kSigpanic, "sigpanic"},
                               Raiser{RuntimeFunction::kPanicindex, "panicindex"},
                               Raiser{RuntimeFunction::kPanicchan, "panicchan"},
                               Raiser{RuntimeFunction::kPanicmem, "panicmem"}}) {
    builder.add({.name = raiser.name, .frame_words = 2},
                {{Opcode::kPrologue, 2, 0, 0, number(raiser.function)},
                 {Opcode::kNativeFault},
                 {Opcode::kCall, 0, 0, 0, gopanic},
                 {Opcode::kNop}});
  }
}

void add_built_in(Builder& builder, RuntimeFunction function, std::string_view name,
                  uint16_t argument_words, Opcode body) {
  builder.add({.name = name,
               .kind = FunctionKind::kShim,
               .argument_words = argument_words,
               .argument_pointers = builder.pointers_of_built_in(argument_words)},
              {{Opcode::kPrologue, 0, 0, 0, number(function)}, {body}, {Opcode::kReturn}});
}

void add_reflectcalls(Builder& builder, bool maps_arguments) {
  static constexpr std::string_view kNames[] = {"call16",   "call32",   "call64",    "call128",
                                                "call256",  "call512",  "call1024",  "call2048",
                                                "call4096", "call8192", "call16384", "call32768"};
  uint16_t words = 2;
  int64_t function = number(RuntimeFunction::kReflectcall16);
  for (std::string_view name : kNames) {
    const auto fn_slot = static_cast<uint16_t>(words + 1);
    builder.add(
        {.name = name,
         .frame_words = words,
         .argument_words = 4,
         .argument_pointers = maps_arguments ? std::span<const uint16_t>(kFirstTwo) : kFirst,
         .is_wrapper = true},
        {{Opcode::kPrologue, words, 0, 0, function++},
         {Opcode::kNativeReflectcall, words},
         {Opcode::kCallFuncval, fn_slot},
         {Opcode::kNativeReturn, words}});
    words = static_cast<uint16_t>(words * 2);
  }
}

// The words of a record that the collector follows.
uint64_t pointers_of(const DeferLayout& layout) {
  uint64_t mask = 0;
  for (uint32_t word : {layout.fn, layout.panic, layout.link}) {
    if (word != kNoWord) mask |= uint64_t{1} << word;
  }
  return mask;
}

void add_types(const DeferLayout& layout, Program& program) {
  program.types = {
      {sizeof(Node) / kWordBytes, 0b110},
      {1, 0},
      {1, 1},
      {2, 0b10},
      {0, pointers_of(layout)},
      {Sudog::kWords, Sudog::kPointerMask},
      {0, Hchan::kPointerMask},
      {0, Hchan::kPointerMask, Hchan::kHeaderWords},
  };
}

}  // namespace

void append_runtime_functions(const Design& design, Program& program) {
  Builder builder(design, program);
  add_defers_and_panics(builder);
  add_raisers(builder, program);
  add_built_in(builder, RuntimeFunction::kTrace, "trace", 1, Opcode::kNativeTrace);
  add_built_in(builder, RuntimeFunction::kMove, "move", 0, Opcode::kNativeMove);
  add_built_in(builder, RuntimeFunction::kGrow, "grow", 1, Opcode::kNativeGrow);
  add_built_in(builder, RuntimeFunction::kShrink, "shrink", 0, Opcode::kNativeShrink);
  add_reflectcalls(builder, !design.defects().has(Defect::kReflectcallArgumentsScalar));
  add_types(design.defer_layout(), program);
}

}  // namespace stackquake::runtime
