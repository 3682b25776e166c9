#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_FIBER_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_FIBER_H_

#include <cstddef>
#include <memory>
#include <vector>

namespace stackquake::runtime {

// Native stacks for fibers: reserved address space with an inaccessible page below. A page of it
// costs memory once it is touched. All stacks that are in use have one size.
//
// A stack that is given back is kept for the next fiber. The memory of the pool while no fiber runs
// is bounded: at most kMostIdle stacks of all sizes together, and for each at most kKeptBytes of
// memory and, in sanitizer builds, an eighth of that for AddressSanitizer's marks.
class NativeStackPool {
 public:
  struct NativeStack {
    std::byte* low = nullptr;
    size_t bytes = 0;
  };

  // A quarter of the goroutines that a run may have.
  static constexpr size_t kMostIdle = 256;

  // A stack that has gone deeper gives the rest back when its fiber has ended.
  static constexpr size_t kKeptBytes = size_t{64} << 10;

  // Stacks are at most this many times larger than they need be. Address space is cheap, but not
  // free: of the largest stacks a thousand take a terabyte of it.
  static constexpr size_t kMostOversize = 8;

  NativeStackPool() = default;
  ~NativeStackPool();
  NativeStackPool(const NativeStackPool&) = delete;
  NativeStackPool& operator=(const NativeStackPool&) = delete;

  // Stacks from acquire have at least this size from now on. Call it only while no stack is in use.
  void set_bytes(size_t bytes);

  // Exits with status 3 when the system has no address space left.
  NativeStack acquire();

  // `deepest` is the lowest address at which a call on the stack is known to have begun.
  void release(NativeStack stack, const void* deepest);

 private:
  // The stacks of one size that nothing uses.
  struct Idle {
    size_t bytes = 0;
    std::vector<NativeStack> stacks;
  };

  static void unmap(NativeStack stack);
  static void give_depth_back(NativeStack stack, const void* deepest);
  void make_room();

  std::vector<Idle> sizes_;  // a few: one for each limit of a stack at most
  size_t current_ = 0;       // index into sizes_
  size_t idle_ = 0;          // stacks of all sizes that nothing uses
};

// A native execution context, on a Boost.Context fiber: what runs a goroutine. Every switch is
// announced to AddressSanitizer. A fiber must have returned from its entry before it is started
// again or destroyed: nothing unwinds it.
class Fiber {
 public:
  using Entry = void (*)(void* argument);

  explicit Fiber(NativeStackPool& pool);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Prepares the fiber: the first resume calls entry(argument).
  void start(Entry entry, void* argument);

  // On the system context: runs the fiber until it suspends or returns.
  void resume();

  // On the fiber: returns to the caller of resume.
  void suspend();

  // On the fiber: notes how deep its native stack is, so that the pool knows whether a stack may
  // have gone deep. Code that nests calls without bound calls it, as suspend does.
  void note_depth();

  // On the fiber: the bytes of its native stack below the caller.
  size_t native_bytes_left() const;

  bool running() const;  // started, and not returned

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_FIBER_H_
