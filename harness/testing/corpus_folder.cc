#include "harness/testing/corpus_folder.h"

namespace stackquake {

const std::string& corpus_folder() {
  static const std::string folder = STACKQUAKE_SOURCE_DIR "/corpus";
  return folder;
}

}  // namespace stackquake
