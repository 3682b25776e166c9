#!/bin/bash -eu
#
# Builds the fuzz targets for OSS-Fuzz, ClusterFuzz and ClusterFuzzLite; README.md describes it. The
# service sets CC, CXX, CFLAGS, CXXFLAGS and LIB_FUZZING_ENGINE, and the folders SRC, WORK and OUT.
#
# STACKQUAKE_DESIGNS are the designs that get fuzz targets; all of them, unless it is set.

source=$SRC/stackquake
build=$WORK/stackquake
seeds=$WORK/stackquake-seeds
designs=${STACKQUAKE_DESIGNS:-}

# In bytes. Longer nests take longer to run and have not found more.
longest_nest=1536
# The language allows so much text.
longest_text=65536
# libFuzzer searches the list of its rare features for every feature of every run. With its default
# of 255 that takes longer than the run.
rare_feature_runs=16

build_targets() {
  cmake -S "$source" -B "$build" -DSTACKQUAKE_FOR_SERVICE=ON \
    -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12 -DSTACKQUAKE_DESIGNS="${designs// /;}"
  cmake --build "$build" --parallel "${STACKQUAKE_JOBS:-$(nproc)}"
  cp "$build"/bin/fuzz_* "$OUT"
}

# The nests of the corpus, in one folder.
collect_seeds() {
  rm -rf "$seeds"
  mkdir -p "$seeds"
  local folder file
  for folder in seeds truth regressions trophies defects; do
    for file in "$source/corpus/$folder"/*.go; do
      cp "$file" "$seeds/$folder-${file##*/}"
    done
  done
  rm -f "$WORK/seeds.zip"
  zip -q -X -j "$WORK/seeds.zip" "$seeds"/*
}

# Whether the target finds nothing in the corpus. The designs before Go 1.4 have mistakes built in,
# and the nests of the corpus show them.
accepts_seeds() {
  case $1 in
    *_before_seed | *_seed) return 1 ;;
  esac
}

longest_input() {
  case $1 in
    fuzz_language | fuzz_copier*) echo $longest_text ;;
    *) longest_seed ;;
  esac
}

# A seed that is longer than the limit would be cut, and be no nest.
longest_seed() {
  local longest=$longest_nest bytes
  for bytes in $(stat -c %s "$seeds"/*); do
    if [ "$bytes" -gt "$longest" ]; then longest=$bytes; fi
  done
  echo "$longest"
}

write_files_beside() {
  local target=$1
  printf '[libfuzzer]\nmax_len = %s\nentropic_feature_frequency_threshold = %s\n' \
    "$(longest_input "$target")" "$rare_feature_runs" > "$OUT/$target.options"
  if accepts_seeds "$target"; then cp "$WORK/seeds.zip" "$OUT/${target}_seed_corpus.zip"; fi
  case $target in
    fuzz_copier*) ;;  # its inputs are no text
    *) cp "$source/fuzzers/nest.dict" "$OUT/$target.dict" ;;
  esac
}

build_targets
collect_seeds
for program in "$build"/bin/fuzz_*; do
  write_files_beside "${program##*/}"
done
