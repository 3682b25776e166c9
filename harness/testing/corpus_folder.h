#ifndef STACKQUAKE_HARNESS_TESTING_CORPUS_FOLDER_H_
#define STACKQUAKE_HARNESS_TESTING_CORPUS_FOLDER_H_

#include <string>

namespace stackquake {

// The path of the checkout's corpus/, for tests and benchmarks. The build writes it into one source
// only, so that all others compile alike wherever the checkout lies, and a compiler cache serves
// every checkout.
const std::string& corpus_folder();

}  // namespace stackquake

#endif  // STACKQUAKE_HARNESS_TESTING_CORPUS_FOLDER_H_
