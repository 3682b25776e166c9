#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_26_GO126_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_26_GO126_H_

// The design of Go 1.25 to 1.27. It differs from go1.22 in three points.
//
// - After a recovery a function always goes on at its call of deferreturn. No deferproc returns a
//   second time.
// - recover looks at the frames. It works in the function that the newest panic has called, or that
//   a wrapper has called for it:
//
//      gopanic's frame        start_sp of the newest Panic
//      frames of wrappers     any number
//      the deferred call      calls recover, and gets the value
//      what it calls          calls recover, and gets nil
//
//   So no Panic has an argp, and wrappers do nothing for recover.
// - A walk does not look again at frames that an older panic has walked over (Go 1.27). Where it
//   meets the frame of the next older gopanic or Goexit, it goes on at the frame whose calls that
//   one runs: between the two nothing is pending. A chain of panics looks at each frame about once.

#include <string_view>

#include "runtime_under_test/designs/go1.22/go122.h"

namespace stackquake::runtime {

class Go126 : public Go122 {
 public:
  using Go122::Go122;

  std::string_view name() const override { return "go1.26"; }
  const PanicLayout& panic_layout() const override;

  Any gorecover(G& g, Address argp) override;
  void enter_wrapper(G& g, Address argp, Address callee_argp) override;

 protected:
  Word resume_pc(const Defer& d) const override;
  void set_argp(G& g, Panic* p) override;
  bool skip_walked(const Panic* p, Gobuf& frame) const override;

 private:
  bool is_passed(const Stkframe& frame, const Panic* p) const;
};

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_DESIGNS_GO1_26_GO126_H_
