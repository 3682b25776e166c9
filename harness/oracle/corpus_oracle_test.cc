// For every nest of the corpus that has its behaviour in a behaviours.json, the oracle gives that
// behaviour at both levels. Real Go toolchains have shown these behaviours.

#include "harness/oracle/oracle_testing.h"
#include "harness/testing/corpus_folder.h"

namespace stackquake {
namespace {

using nlohmann::json;

struct CorpusNest {
  std::string folder;
  std::string name;
};

std::vector<CorpusNest> corpus_nests() {
  std::vector<CorpusNest> nests;
  for (const std::string folder : {"regressions", "seeds", "trophies", "truth"}) {
    for (const auto& path : corpus_files(folder)) nests.push_back({folder, path.stem()});
  }
  return nests;
}

std::string corpus_text(const CorpusNest& nest) {
  return read_text(corpus_folder() + "/" + nest.folder + "/" + nest.name + ".go");
}

// "as LEVEL" refers to another level.
std::string stated_text(const CorpusNest& nest, const std::string& level) {
  const json table =
      json::parse(read_text(corpus_folder() + "/" + nest.folder + "/behaviours.json"));
  const json& levels = table.at(nest.name);
  json stated = levels.at(level);
  while (stated.is_string()) stated = levels.at(stated.get<std::string>().substr(3));
  Links chain;
  for (const json& link : stated.at("outcome").at("chain")) {
    chain.emplace_back(link.at("code"), link.at("recovered"));
  }
  return behaviour_text(stated.at("outcome").at("kind"), chain, stated.at("traces"));
}

class CorpusOracleTest : public testing::TestWithParam<CorpusNest> {
 protected:
  std::string evaluated_text(Level level, uint32_t seed) {
    const Nest* nest = load_good(corpus_text(GetParam()), arena_);
    OracleOptions options = oracle_options(nest->directives, level);
    options.seed = seed;
    return behaviour_text(oracle_.evaluate(*nest, options));
  }

  Arena arena_;
  Oracle oracle_;
};

TEST_P(CorpusOracleTest, BehavesAsStatedUnderEverySeed) {
  for (uint32_t seed : {0, 1, 7, 12345}) {
    EXPECT_EQ(evaluated_text(Level::kGo14, seed), stated_text(GetParam(), "go1.4")) << seed;
    EXPECT_EQ(evaluated_text(Level::kModern, seed), stated_text(GetParam(), "modern")) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, CorpusOracleTest, testing::ValuesIn(corpus_nests()),
                         [](const auto& nest) {
                           return nest.param.folder + "_" + nest.param.name;
                         });

}  // namespace
}  // namespace stackquake
