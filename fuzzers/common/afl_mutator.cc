// The mutator of nests as a library for AFL++. afl-fuzz loads it by AFL_CUSTOM_MUTATOR_LIBRARY.
// When STACKQUAKE_GOROUTINES is set in the environment, the nests that it makes start goroutines.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/generator/random.h"
#include "harness/mutation/nest_mutator.h"

namespace {

struct Mutator {
  stackquake::NestMutator nests;
  stackquake::Random random;
};

stackquake::MutationOptions options() {
  stackquake::MutationOptions options;
  options.goroutines = std::getenv("STACKQUAKE_GOROUTINES") != nullptr;
  return options;
}

std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

// Nothing here can fail. A null result would end afl-fuzz.
extern "C" void* afl_custom_init(void* /*afl*/, unsigned int seed) {
  return new Mutator{stackquake::NestMutator(options()), stackquake::Random(seed)};
}

extern "C" void afl_custom_deinit(void* mutator) {
  delete static_cast<Mutator*>(mutator);
}

// `add` is another input of the queue; one of three inputs is crossed with it. The mutator owns the
// text until its next call, and afl-fuzz only reads it. The result 0 skips this mutation.
extern "C" size_t afl_custom_fuzz(void* mutator, uint8_t* data, size_t size, uint8_t** out,
                                  uint8_t* add, size_t add_size, size_t max_size) {
  auto& [nests, random] = *static_cast<Mutator*>(mutator);
  const bool crosses = add != nullptr && add_size != 0 && random.below(3) == 0;
  const auto seed = static_cast<uint32_t>(random.next());
  const std::string_view made =
      crosses ? nests.cross_over(text_of(data, size), text_of(add, add_size), max_size, seed)
              : nests.mutate(text_of(data, size), max_size, seed);
  *out = reinterpret_cast<uint8_t*>(const_cast<char*>(made.data()));
  return made.size();
}

// The name of the mutation in the file names of the queue.
extern "C" const char* afl_custom_describe(void* /*mutator*/, size_t /*max_length*/) {
  return "nest";
}
