#include "runtime_under_test/channels.h"

#include <gtest/gtest.h>

#include <functional>
#include <ios>
#include <vector>

#include "runtime_under_test/poison.h"
#include "runtime_under_test/runtime_testing.h"

namespace stackquake::runtime {
namespace {

// Slots of main: 0 to 2 for `go`, then the channel, a value to send and the received value.
constexpr uint16_t kChannel = 3;
constexpr uint16_t kValue = 4;
constexpr uint16_t kReceived = 5;

// Damages records when a goroutine blocks or is readied.
class Saboteur final : public Observer {
 public:
  void blocked(const G& g) override {
    if (on_blocked) on_blocked(const_cast<G&>(g));
  }
  void readied(const G& g) override {
    if (on_readied) on_readied(const_cast<G&>(g));
  }

  std::function<void(G&)> on_blocked;
  std::function<void(G&)> on_readied;
};

class ChannelsTest : public testing::Test {
 protected:
  // A goroutine's function: its argument is the channel, from which it receives and traces.
  uint32_t write_receiver() {
    const uint32_t receiver = writer_.begin("receiver", 1, 1, {0});
    writer_.emit_safepoint({Opcode::kReceive, 0, 2});
    writer_.emit_safepoint({Opcode::kTrace, 0});
    writer_.end();
    return receiver;
  }

  // A goroutine's function: its argument is the channel, to which it sends 9.
  uint32_t write_sender() {
    const uint32_t sender = writer_.begin("sender", 1, 1, {0});
    writer_.emit({Opcode::kConst, 0, 0, 0, 9});
    writer_.emit_safepoint({Opcode::kSend, 2, 0});
    writer_.end();
    return sender;
  }

  void begin_main(int64_t capacity) {
    writer_.begin("main", 6);
    writer_.emit_safepoint({Opcode::kMakeChannel, kChannel, 0, 0, capacity});
  }
  void go(uint32_t function) {
    writer_.emit({Opcode::kConst, 0, 0, 0, kWordBytes});
    writer_.emit({Opcode::kStaticFuncval, 1, 0, 0, function});
    writer_.emit({Opcode::kCopy, 2, kChannel});
    writer_.call(RuntimeFunction::kNewproc, {kChannel});
  }
  void send(int64_t value) {
    writer_.emit({Opcode::kConst, kValue, 0, 0, value});
    writer_.emit_safepoint({Opcode::kSend, kChannel, kValue}, {kChannel});
  }
  void receive() {
    writer_.emit_safepoint({Opcode::kReceive, kReceived, kChannel}, {kChannel});
    writer_.emit_safepoint({Opcode::kTrace, kReceived}, {kChannel});
  }
  void close() { writer_.emit_safepoint({Opcode::kClose, kChannel}, {kChannel}); }
  void yield() { writer_.emit_safepoint({Opcode::kGosched}, {kChannel}); }

  const RunResult& run() {
    writer_.end();
    return machine_.run();
  }
  std::string_view signature_with(Saboteur& saboteur) {
    writer_.end();
    return signature_of(machine_.run({}, saboteur));
  }
  int64_t panic_code() {
    const RunResult& result = run();
    EXPECT_EQ(result.outcome.kind, OutcomeKind::kPanic);
    return result.outcome.chain.empty() ? 0 : result.outcome.chain[0].code;
  }

  Machine machine_;
  ProgramWriter& writer_ = machine_.writer;
};

TEST_F(ChannelsTest, SenderThatWaitsIsServed) {
  const uint32_t receiver = write_receiver();
  begin_main(0);
  go(receiver);
  send(7);
  yield();
  const RunResult& result = run();
  EXPECT_EQ(result.traces()[1], std::vector<int64_t>{7});
  EXPECT_EQ(result.stats.blocks, 1u);
}

TEST_F(ChannelsTest, ReceiverThatWaitsIsServed) {
  const uint32_t receiver = write_receiver();
  begin_main(0);
  go(receiver);
  yield();
  send(7);
  yield();
  EXPECT_EQ(run().traces()[1], std::vector<int64_t>{7});
}

TEST_F(ChannelsTest, ReceiversAreServedInTheOrderInWhichTheyCame) {
  const uint32_t receiver = write_receiver();
  begin_main(0);
  go(receiver);
  go(receiver);
  yield();
  send(7);
  send(8);
  yield();
  const RunResult& result = run();
  EXPECT_EQ(result.traces()[1], std::vector<int64_t>{7});
  EXPECT_EQ(result.traces()[2], std::vector<int64_t>{8});
}

TEST_F(ChannelsTest, BufferKeepsTheOrderPastItsEnd) {
  begin_main(2);
  send(1);
  for (int64_t value = 2; value < 6; ++value) {
    send(value);
    receive();
  }
  EXPECT_EQ(run().traces()[0], (std::vector<int64_t>{1, 2, 3, 4}));
}

TEST_F(ChannelsTest, FullBufferBlocks) {
  begin_main(2);
  send(1);
  send(2);
  send(3);
  EXPECT_EQ(run().outcome.kind, OutcomeKind::kDeadlock);
}

TEST_F(ChannelsTest, ClosedChannelGivesWhatIsBufferedAndThenZeros) {
  begin_main(2);
  send(7);
  close();
  receive();
  receive();
  EXPECT_EQ(run().traces()[0], (std::vector<int64_t>{7, 0}));
}

TEST_F(ChannelsTest, CloseWakesReceiversWithZero) {
  const uint32_t receiver = write_receiver();
  begin_main(0);
  go(receiver);
  yield();
  close();
  yield();
  EXPECT_EQ(run().traces()[1], std::vector<int64_t>{0});
}

TEST_F(ChannelsTest, CloseMakesAWaitingSenderPanic) {
  const uint32_t sender = write_sender();
  begin_main(0);
  go(sender);
  yield();
  close();
  yield();
  EXPECT_EQ(panic_code(), -5);
}

TEST_F(ChannelsTest, SendOnAClosedChannelPanics) {
  begin_main(1);
  close();
  send(7);
  EXPECT_EQ(panic_code(), -5);
}

TEST_F(ChannelsTest, SecondClosePanics) {
  begin_main(0);
  close();
  close();
  EXPECT_EQ(panic_code(), -5);
}

TEST_F(ChannelsTest, CloseOfNilPanics) {
  begin_main(0);
  writer_.emit({Opcode::kConst, kChannel, 0, 0, 0});
  close();
  EXPECT_EQ(panic_code(), -6);
}

// The receiver's frame moves while it waits. The sender must write to the frame's new place.
TEST_F(ChannelsTest, ReceiverThatMovedIsServed) {
  const uint32_t receiver = write_receiver();
  begin_main(0);
  go(receiver);
  yield();
  send(7);
  yield();
  Saboteur mover;
  mover.on_blocked = [&](G& g) { machine_.runtime.design().copystack(g, 2 * g.stack.bytes()); };
  EXPECT_EQ(signature_with(mover), "");
  EXPECT_EQ(machine_.runtime.result().traces()[1], std::vector<int64_t>{7});
}

// ---- Checks ----

TEST_F(ChannelsTest, LostWaitingListIsThrown) {
  const uint32_t sender = write_sender();
  begin_main(0);
  go(sender);
  receive();
  Saboteur saboteur;
  saboteur.on_blocked = [](G& g) { g.waiting = 0; };
  EXPECT_EQ(signature_with(saboteur), "throw:chan:sudog");
}

// Poison, an address in a stack, one where nothing is, and one inside of the channel.
TEST(NoChannelTest, IsAViolation) {
  const Address channel = kHeapBase;
  for (const Address other : {poison_word(Poison::kOldStack), kStackBase,
                              kHeapBase + kHeapBytes / 2, channel + kWordBytes, ~Address{0}}) {
    for (const Opcode opcode : {Opcode::kClose, Opcode::kSend, Opcode::kReceive}) {
      Machine machine;
      machine.writer.begin("main", 6);
      machine.writer.emit_safepoint({Opcode::kMakeChannel, kChannel});
      machine.writer.emit({Opcode::kConst, kChannel, 0, 0, static_cast<int64_t>(other)});
      const bool receives = opcode == Opcode::kReceive;
      const uint16_t first = receives ? kReceived : kChannel;
      machine.writer.emit_safepoint({opcode, first, receives ? kChannel : kValue});
      machine.writer.end();
      EXPECT_EQ(signature_of(machine.run()), "bad-dereference:chan:channel")
          << std::hex << other << " " << mnemonic(opcode);
    }
  }
}

TEST_F(ChannelsTest, SudogReleasedWithAPointerIsThrown) {
  const uint32_t sender = write_sender();
  begin_main(0);
  go(sender);
  receive();
  Saboteur saboteur;
  saboteur.on_readied = [](G& g) { record_at<Sudog>(g.waiting)->elem = g.stack.lo; };
  EXPECT_EQ(signature_with(saboteur), "throw:releaseSudog:sudog");
}

TEST_F(ChannelsTest, CachedSudogWithAPointerIsThrown) {
  const uint32_t sender = write_sender();
  begin_main(0);
  go(sender);
  receive();
  go(sender);
  receive();
  class Trap final : public Observer {
   public:
    void blocked(const G& g) override { sudog_ = g.waiting; }
    void traced(const G& g, int64_t) override { record_at<Sudog>(sudog_)->elem = g.stack.lo; }

   private:
    Address sudog_ = 0;
  } trap;
  writer_.end();
  EXPECT_EQ(signature_of(machine_.run({}, trap)), "throw:acquireSudog:sudog");
}

}  // namespace
}  // namespace stackquake::runtime
