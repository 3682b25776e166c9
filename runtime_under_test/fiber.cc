#include "runtime_under_test/fiber.h"

#include <sys/mman.h>

#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "runtime_under_test/poison.h"
#include "runtime_under_test/sanitizer.h"

namespace stackquake::runtime {

namespace {

constexpr size_t kGuardBytes = 4096;

// What AddressSanitizer must be told around each switch.
struct SwitchAnnouncement {
  void* fake_stack = nullptr;

  // `to_low` and `bytes` are the stack that is switched to. A fiber that will not run again passes
  // `last`.
  void leave([[maybe_unused]] const void* to_low, [[maybe_unused]] size_t bytes,
             [[maybe_unused]] bool last = false) {
#if STACKQUAKE_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(last ? nullptr : &fake_stack, to_low, bytes);
#endif
  }
  void arrive([[maybe_unused]] const void** from_low, [[maybe_unused]] size_t* bytes) {
#if STACKQUAKE_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(fake_stack, from_low, bytes);
#endif
  }
};

}  // namespace

NativeStackPool::~NativeStackPool() {
  drop();
}

void NativeStackPool::drop() {
  for (NativeStack stack : idle_) {
    // What lay on the stack leaves marks that AddressSanitizer keeps beyond the mapping.
    unpoison_for_sanitizer(address_of(stack.low), stack.bytes);
    munmap(stack.low - kGuardBytes, stack.bytes + kGuardBytes);
  }
  idle_.clear();
}

void NativeStackPool::set_bytes(size_t bytes) {
  if (bytes <= bytes_) return;
  drop();
  bytes_ = bytes;
}

NativeStackPool::NativeStack NativeStackPool::acquire() {
  if (!idle_.empty()) {
    const NativeStack stack = idle_.back();
    idle_.pop_back();
    return stack;
  }
  void* low = mmap(nullptr, bytes_ + kGuardBytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (low == MAP_FAILED) {
    std::perror("stackquake: no address space for a native stack");
    std::_Exit(3);
  }
  mprotect(low, kGuardBytes, PROT_NONE);
  return {static_cast<std::byte*>(low) + kGuardBytes, bytes_};
}

void NativeStackPool::release(NativeStack stack) {
  idle_.push_back(stack);
}

struct Fiber::Context {
  explicit Context(NativeStackPool& stacks) : pool(stacks) {}

  NativeStackPool& pool;
  NativeStackPool::NativeStack stack;
  boost::context::fiber fiber;
  boost::context::fiber system;
  SwitchAnnouncement fiber_announcement;
  SwitchAnnouncement system_announcement;
  const void* system_low = nullptr;
  size_t system_bytes = 0;

  boost::context::fiber run(boost::context::fiber&& from, Entry entry, void* argument) {
    fiber_announcement.fake_stack = nullptr;
    fiber_announcement.arrive(&system_low, &system_bytes);
    system = std::move(from);
    entry(argument);
    fiber_announcement.leave(system_low, system_bytes, true);
    return std::move(system);
  }
};

namespace {

// Boost wants an allocator that takes the stack back when the fiber has returned.
struct PooledStack {
  using traits_type = boost::context::stack_traits;

  NativeStackPool* pool;
  NativeStackPool::NativeStack stack;

  boost::context::stack_context allocate() const {
    boost::context::stack_context context;
    context.size = stack.bytes;
    context.sp = stack.low + stack.bytes;
    return context;
  }
  void deallocate(boost::context::stack_context& /*context*/) const noexcept {
    pool->release(stack);
  }
};

}  // namespace

Fiber::Fiber(NativeStackPool& pool) : context_(std::make_unique<Context>(pool)) {}

Fiber::~Fiber() = default;

bool Fiber::running() const {
  return static_cast<bool>(context_->fiber);
}

void Fiber::start(Entry entry, void* argument) {
  Context* context = context_.get();
  context->stack = context->pool.acquire();
  const PooledStack allocator{&context->pool, context->stack};
  context->fiber = boost::context::fiber(std::allocator_arg, allocator,
                                         [context, entry, argument](boost::context::fiber&& from) {
                                           return context->run(std::move(from), entry, argument);
                                         });
}

void Fiber::resume() {
  Context& context = *context_;
  context.system_announcement.leave(context.stack.low, context.stack.bytes);
  context.fiber = std::move(context.fiber).resume();
  context.system_announcement.arrive(nullptr, nullptr);
}

void Fiber::suspend() {
  Context& context = *context_;
  context.fiber_announcement.leave(context.system_low, context.system_bytes);
  context.system = std::move(context.system).resume();
  context.fiber_announcement.arrive(&context.system_low, &context.system_bytes);
}

}  // namespace stackquake::runtime
