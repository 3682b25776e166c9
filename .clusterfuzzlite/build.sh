#!/bin/bash -eu
exec bash -eu "$SRC/stackquake/fuzzers/oss-fuzz/build.sh"
