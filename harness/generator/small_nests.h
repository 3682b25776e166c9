#ifndef STACKQUAKE_HARNESS_GENERATOR_SMALL_NESTS_H_
#define STACKQUAKE_HARNESS_GENERATOR_SMALL_NESTS_H_

#include <array>
#include <cstdint>
#include <string>

namespace stackquake {

// Every small nest there is, each once, with a number. No seed: a number stands for the same nest
// for ever, and nests with fewer statements have lower numbers.
//
// A nest is the body of main. A body is a list of statements from this alphabet:
//
//   defer touch(&x)            a deferred call with a pointer argument; adds 1 to x and traces it
//   defer tell(7)              a deferred call with a number; adds 1 to its argument and traces it
//   defer fn()                 a deferred call of a nil func()
//   defer func() { body }()
//   func() { body }()
//   for i1 := 0; i1 < 2; i1++ { defer … }   with any of the four deferred calls
//   move()                     copies the stack
//   grow(300)                  makes it larger
//   runtime.GC()               collects
//   trace(code(recover()))
//   e := recover(); if e != nil { panic(e) }   panics again; in a deferred literal's own body only
//   panic(n)                   only at the end of a body; the nest's first one has n = 1, …
//   runtime.Goexit()           only at the end of a body
//
// The number of statements of a nest counts each line of this list once, wherever it stands: a
// deferred literal that recovers is two, a loop that defers touch is two. There is one x, a
// variable of main that literals capture, and one fn in each function that defers it. Their
// declarations come first, and do not count.
//
// Nothing in a nest can be named in another way, since panics have their numbers by their order.
// What stands behind a panic or a Goexit would never run. So two nests never differ in names or
// dead code alone, and each has one number.
class SmallNests {
 public:
  // There are 10 to the 12th nests of this size, more than anybody can run.
  static constexpr uint32_t kMostStatements = 10;

  // Nests of at most so many statements: 0 to kMostStatements.
  explicit SmallNests(uint32_t most_statements);

  // How many nests have exactly so many statements, at most those of the constructor.
  uint64_t of_size(uint32_t statements) const { return bodies_[kOther][statements]; }

  // How many nests there are. Their numbers begin with 0, the nest without any statement.
  uint64_t count() const;

  // The nest with a number, which must be less than count().
  std::string text(uint64_t number) const;

 private:
  class Writer;

  // What a body belongs to: a deferred literal, or anything else.
  enum Place : uint8_t { kOther, kDeferred };

  using Counts = std::array<uint64_t, kMostStatements + 1>;

  uint64_t statements_of(uint32_t size, Place place) const;

  uint32_t most_;
  // How many bodies have so many statements, and how many of these statements have so many, itself
  // and what is in it.
  std::array<Counts, 2> bodies_ = {};
  std::array<Counts, 2> statements_ = {};
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GENERATOR_SMALL_NESTS_H_
