#include "runtime_under_test/fiber.h"

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>
#include <utility>

#include "runtime_under_test/pages.h"
#include "runtime_under_test/poison.h"
#include "runtime_under_test/sanitizer.h"

namespace stackquake::runtime {

namespace {

constexpr size_t kGuardBytes = kPageBytes;
constexpr size_t kProbeBytes = 16 * kPageBytes;

// Calls between two notes of a fiber's depth take less than this.
constexpr size_t kNotedBytes = NativeStackPool::kKeptBytes / 2;

// Announces each switch to AddressSanitizer.
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
  for (const Idle& size : sizes_) {
    for (NativeStack stack : size.stacks) unmap(stack);
  }
}

void NativeStackPool::unmap(NativeStack stack) {
  // AddressSanitizer would keep its marks of the stack's frames beyond the mapping.
  forget_for_sanitizer(address_of(stack.low), stack.bytes);
  unmap_pages(stack.low - kGuardBytes, stack.bytes + kGuardBytes);
}

void NativeStackPool::set_bytes(size_t bytes) {
  bytes = (bytes + kPageBytes - 1) & ~(kPageBytes - 1);
  const auto fits = [bytes](const Idle& size) {
    return bytes <= size.bytes && size.bytes / kMostOversize <= bytes;
  };
  const auto found = std::find_if(sizes_.begin(), sizes_.end(), fits);
  current_ = static_cast<size_t>(found - sizes_.begin());
  if (found == sizes_.end()) sizes_.push_back({bytes, {}});
}

NativeStackPool::NativeStack NativeStackPool::acquire() {
  Idle& size = sizes_.at(current_);
  if (!size.stacks.empty()) {
    const NativeStack stack = size.stacks.back();
    size.stacks.pop_back();
    --idle_;
    return stack;
  }
  std::byte* guard = reserve_pages(size.bytes + kGuardBytes, "a native stack");
  forbid_pages(guard, kGuardBytes);
  return {guard + kGuardBytes, size.bytes};
}

void NativeStackPool::release(NativeStack stack, const void* deepest) {
  give_depth_back(stack, deepest);
  sizes_[current_].stacks.push_back(stack);
  if (++idle_ > kMostIdle) make_room();
}

// The size with the most stacks loses one, so that each size that is used keeps some.
void NativeStackPool::make_room() {
  const auto fewer = [](const Idle& a, const Idle& b) { return a.stacks.size() < b.stacks.size(); };
  std::vector<NativeStack>& most = std::max_element(sizes_.begin(), sizes_.end(), fewer)->stacks;
  unmap(most.back());
  most.pop_back();
  --idle_;
}

// A stack has gone deep if the pages just below the kept ones have memory: no native frame is
// larger than kProbeBytes, so a deep stack must have touched one of these pages. Most
// stacks are known not to have, which saves a system call for each.
void NativeStackPool::give_depth_back(NativeStack stack, const void* deepest) {
  if (stack.bytes <= kKeptBytes + kProbeBytes) return;
  if (deepest >= stack.low + stack.bytes - kNotedBytes) return;
  const size_t deep_bytes = stack.bytes - kKeptBytes;
  if (!has_resident_page(stack.low + deep_bytes - kProbeBytes, kProbeBytes)) return;
  forget_for_sanitizer(address_of(stack.low), deep_bytes);
  drop_pages(stack.low, deep_bytes);
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
  const void* deepest = nullptr;

  void note_depth() { deepest = std::min<const void*>(deepest, __builtin_frame_address(0)); }

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

// The allocator that Boost needs, to give the stack back when the fiber has returned.
struct PooledStack {
  using traits_type = boost::context::stack_traits;

  NativeStackPool* pool;
  NativeStackPool::NativeStack stack;
  const void* const* deepest;

  boost::context::stack_context allocate() const {
    boost::context::stack_context context;
    context.size = stack.bytes;
    context.sp = stack.low + stack.bytes;
    return context;
  }
  void deallocate(boost::context::stack_context& /*context*/) const noexcept {
    pool->release(stack, *deepest);
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
  context->deepest = context->stack.low + context->stack.bytes;
  const PooledStack allocator{&context->pool, context->stack, &context->deepest};
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

void Fiber::note_depth() {
  context_->note_depth();
}

size_t Fiber::native_bytes_left() const {
  return static_cast<size_t>(static_cast<std::byte*>(__builtin_frame_address(0)) -
                             context_->stack.low);
}

void Fiber::suspend() {
  Context& context = *context_;
  context.note_depth();
  context.fiber_announcement.leave(context.system_low, context.system_bytes);
  context.system = std::move(context.system).resume();
  context.fiber_announcement.arrive(&context.system_low, &context.system_bytes);
}

}  // namespace stackquake::runtime
