#include "harness/audit/place.h"

namespace stackquake {

namespace {

using runtime::DeferRunner;
using runtime::FunctionKind;

std::string_view name_of(WordRole role) {
  switch (role) {
    case WordRole::kLocal:
      return "local";
    case WordRole::kArgument:
    case WordRole::kDeferredArgument:
      return "argument";
    case WordRole::kReturnPc:
      return "return pc";
    case WordRole::kPanicArgp:
      return "Panic.argp";
    case WordRole::kPanicArg:
      return "Panic.arg";
    case WordRole::kPanicLink:
      return "Panic.link";
    case WordRole::kPanicStartSp:
      return "Panic.start_sp";
    case WordRole::kPanicSp:
      return "Panic.sp";
    case WordRole::kPanicBits:
      return "Panic.bits";
    case WordRole::kPanicSlots:
      return "Panic.slots";
    case WordRole::kDeferFn:
      return "fn";
    case WordRole::kDeferArgp:
      return "argp";
    case WordRole::kDeferPanic:
      return "panic";
    case WordRole::kDeferLink:
      return "link";
    case WordRole::kSudogElem:
      return "elem";
    case WordRole::kSudogSelectdone:
      return "selectdone";
    case WordRole::kSudogLink:
      return "link";
    case WordRole::kCtxt:
      return "ctxt";
    case WordRole::kGPanic:
      return "panic";
    case WordRole::kGDefer:
      return "defer";
    case WordRole::kGWaiting:
      return "waiting";
    case WordRole::kGParam:
      return "param";
    case WordRole::kObjectWord:
      return "word";
  }
  return "";
}

enum class Holder : uint8_t { kFrame, kDefer, kSudog, kG, kObject };

Holder holder_of(WordRole role) {
  if (role <= WordRole::kPanicSlots) return Holder::kFrame;
  if (role <= WordRole::kDeferredArgument) return Holder::kDefer;
  if (role <= WordRole::kSudogLink) return Holder::kSudog;
  return role == WordRole::kObjectWord ? Holder::kObject : Holder::kG;
}

std::string frame_name(const Place& place) {
  if (place.function == nullptr) return "frame";
  return (place.faulted ? "faulted " : "") + std::string(signature_of(*place.function));
}

std::string defer_name(const ShadowDefer* defer) {
  if (defer == nullptr) return "unlisted Defer";
  if (!defer->running) return "pending Defer";
  return defer->runner == DeferRunner::kPanic ? "Defer run by panic" : "Defer run by Goexit";
}

std::string function_text(const runtime::Function* function) {
  if (function == nullptr) return "a nil func()";
  const std::string name(function->name);
  const bool is_of_nest =
      function->kind == FunctionKind::kNest || function->kind == FunctionKind::kWrapper;
  return is_of_nest ? name : "runtime." + name;
}

// " (faulted, 2 frames out)".
std::string frame_text(const Place& place) {
  std::string text = place.faulted ? "faulted" : "";
  if (place.frames_out != 0) {
    text += (text.empty() ? "" : ", ") + std::to_string(place.frames_out) +
            (place.frames_out == 1 ? " frame out" : " frames out");
  }
  return text.empty() ? "" : " (" + text + ")";
}

std::string numbered(const Place& place) {
  const bool has_number = place.role == WordRole::kLocal || place.role == WordRole::kArgument ||
                          place.role == WordRole::kDeferredArgument;
  const std::string name(name_of(place.role));
  return has_number ? name + " word " + std::to_string(place.number) : name;
}

std::string deferred_text(const Place& place) {
  if (place.defer == nullptr) return numbered(place) + " of an unlisted Defer record";
  const std::string call = " deferred call of " + function_text(place.function);
  if (!place.defer->running) return numbered(place) + " of the pending" + call;
  return numbered(place) + " of the" + call +
         (place.defer->runner == DeferRunner::kPanic ? " that a panic runs" : " that Goexit runs");
}

}  // namespace

std::string_view signature_of(const runtime::Function& function) {
  if (function.kind == FunctionKind::kNest) return "nest";
  if (function.kind == FunctionKind::kWrapper) return "deferwrap";
  return function.is_wrapper ? "reflectcall" : function.name;
}

std::string signature_of(const Place& place) {
  std::string name(name_of(place.role));
  switch (holder_of(place.role)) {
    case Holder::kFrame:
      return frame_name(place) + ":" + name;
    case Holder::kDefer:
      return defer_name(place.defer) + ":" + name;
    case Holder::kSudog:
      return "sudog:" + name;
    case Holder::kG:
      return "G:" + name;
    case Holder::kObject:
      return "object:" + name;
  }
  return name;
}

std::string to_string(const Place& place) {
  switch (holder_of(place.role)) {
    case Holder::kFrame:
      return numbered(place) + " of " + function_text(place.function) + frame_text(place);
    case Holder::kDefer:
      return deferred_text(place);
    case Holder::kSudog:
      return numbered(place) + " of a sudog";
    case Holder::kG:
      return numbered(place) + " of the G";
    case Holder::kObject:
      return numbered(place) + " " + std::to_string(place.number) + " of a heap object";
  }
  return numbered(place);
}

}  // namespace stackquake
