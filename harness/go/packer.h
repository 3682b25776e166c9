#ifndef STACKQUAKE_HARNESS_GO_PACKER_H_
#define STACKQUAKE_HARNESS_GO_PACKER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"

namespace stackquake {

// Makes one Go source of many nests, so that a toolchain has to be started only once for all of
// them.
//
// The names of functions get a prefix with the number of their nest: f of nest number 3 becomes
// quake3_f. Names in a nest never start with "quake", so new names neither collide with nor shadow
// others. All other names stay, and so does all that a nest does. Directives are left out: for Go
// they are comments. A table of the main functions stands at the end of the source:
//
//     var quakeNests = []func(){quake0_main, quake1_main}
//
// Together with shim.go and batch.go, which are beside this header, the source is a program.
class Packer {
 public:
  // Adds a nest. Nests are numbered from 0 in the order in which they are added. When the text is
  // not a nest, returns false, with `diagnostic` set, and adds nothing.
  bool add(std::string_view text, Diagnostic& diagnostic);

  // The source of all nests that have been added.
  std::string source() const;

 private:
  void rename(Nest& nest);

  Arena arena_;
  std::string functions_;
  std::string table_;
  size_t count_ = 0;
  bool imports_runtime_ = false;
};

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_GO_PACKER_H_
