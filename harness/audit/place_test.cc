#include "harness/audit/place.h"

#include <gtest/gtest.h>

namespace stackquake {
namespace {

using runtime::DeferRunner;
using runtime::FunctionKind;

runtime::Function named(std::string_view name, FunctionKind kind) {
  runtime::Function function;
  function.name = name;
  function.kind = kind;
  return function;
}

const runtime::Function kNestFunction = named("main.func1", FunctionKind::kNest);
const runtime::Function kGopanicFunction = named("gopanic", FunctionKind::kRuntime);

TEST(PlaceTest, FunctionsOfNestsAreAllAlikeInASignature) {
  const Place place{0, WordRole::kArgument, 1, &kNestFunction, 3};
  EXPECT_EQ(signature_of(place), "nest:argument");
  EXPECT_EQ(to_string(place), "argument word 1 of main.func1 (3 frames out)");
}

TEST(PlaceTest, FunctionsOfTheRuntimeHaveTheirNames) {
  const Place place{0, WordRole::kPanicLink, 0, &kGopanicFunction, 1};
  EXPECT_EQ(signature_of(place), "gopanic:Panic.link");
  EXPECT_EQ(to_string(place), "Panic.link of runtime.gopanic (1 frame out)");
}

TEST(PlaceTest, ReflectcallsOfAllSizesAreOne) {
  runtime::Function wrapper = named("call64", FunctionKind::kRuntime);
  wrapper.is_wrapper = true;
  EXPECT_EQ(signature_of({0, WordRole::kLocal, 0, &wrapper}), "reflectcall:local");
}

TEST(PlaceTest, AFaultedFrameIsAnother) {
  const Place place{0, WordRole::kLocal, 2, &kNestFunction, 0, true};
  EXPECT_EQ(signature_of(place), "faulted nest:local");
  EXPECT_EQ(to_string(place), "local word 2 of main.func1 (faulted)");
}

TEST(PlaceTest, ADeferredCallIsPendingOrRun) {
  ShadowDefer d;
  const Place place{0, WordRole::kDeferredArgument, 0, &kNestFunction, 0, false, &d};
  EXPECT_EQ(signature_of(place), "pending Defer:argument");
  EXPECT_EQ(to_string(place), "argument word 0 of the pending deferred call of main.func1");
  d.running = true;
  d.runner = DeferRunner::kPanic;
  EXPECT_EQ(signature_of(place), "Defer run by panic:argument");
  d.runner = DeferRunner::kGoexit;
  EXPECT_EQ(signature_of(place), "Defer run by Goexit:argument");
  EXPECT_EQ(to_string(place),
            "argument word 0 of the deferred call of main.func1 that Goexit runs");
}

TEST(PlaceTest, OtherWordsGoByTheirHolder) {
  EXPECT_EQ(signature_of({0, WordRole::kSudogElem}), "sudog:elem");
  EXPECT_EQ(signature_of({0, WordRole::kGPanic}), "G:panic");
  EXPECT_EQ(signature_of({0, WordRole::kDeferLink}), "unlisted Defer:link");
  EXPECT_EQ(to_string(Place{0, WordRole::kObjectWord, 2}), "word 2 of a heap object");
}

}  // namespace
}  // namespace stackquake
