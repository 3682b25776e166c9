#ifndef STACKQUAKE_HARNESS_GO_PACKER_H_
#define STACKQUAKE_HARNESS_GO_PACKER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/language/arena.h"
#include "harness/language/diagnostic.h"
#include "harness/language/tree.h"

namespace stackquake {

// Makes one Go source of many nests, so that a toolchain has to be started only once for all.
//
// Functions get a prefix that says whose they are: f of the nest that was added as number 3 is
// quake3_f. Names of a nest never begin with "quake", so that this neither collides with nor
// shadows anything. All other names stay, and with them all that a nest does; directives, which are
// comments to Go, do not. At the end of the source stands a table of the main functions:
//
//     var quakeNests = []func(){quake0_main, quake1_main}
//
// It becomes a program together with shim.go and batch.go, which lie beside this header.
class Packer {
 public:
  // Adds the next nest; its number is that of the nests added before. False, with `diagnostic` set
  // and nothing added, when the text is no nest.
  bool add(std::string_view text, Diagnostic& diagnostic);

  // The source of what has been added.
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
