"""Builds the fuzz targets as OSS-Fuzz and ClusterFuzz do, without their images.

A build is of a *kind*: an engine and a sanitizer. fuzzers/oss-fuzz/build.sh runs in an environment
like that of the service, and fills an empty folder $OUT.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stackquake.files import BUILD, ROOT
from stackquake.jobs import build
from stackquake.jobs.progress import run_quietly
from stackquake.status import QuakeError, Status

FOLDER = BUILD / "services"
SCRIPT = ROOT / "fuzzers" / "oss-fuzz" / "build.sh"
# Where Debian's package has AFL++'s engine with libFuzzer's interface.
AFL_DRIVER = Path("/usr/lib/afl/libAFLDriver.a")

_COMMON = "-O1 -fno-omit-frame-pointer -gline-tables-only"
_NO_RETURN = (
    "array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,"
    "returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound,vptr"
)
_SANITIZERS = {
    "address": "-fsanitize=address -fsanitize-address-use-after-scope",
    "undefined": f"-fsanitize={_NO_RETURN},unsigned-integer-overflow"
    f" -fno-sanitize-recover={_NO_RETURN}",
    "coverage": "-fprofile-instr-generate -fcoverage-mapping",
}


@dataclass(frozen=True)
class Kind:
    """An engine and a sanitizer."""

    engine: str
    sanitizer: str

    @property
    def name(self) -> str:
        """For folders and for messages."""
        return f"{self.engine}-{self.sanitizer}"


KINDS = (
    Kind("libfuzzer", "address"),
    Kind("libfuzzer", "undefined"),
    Kind("libfuzzer", "coverage"),
    Kind("afl", "address"),
)


def lacking(kind: Kind) -> str | None:
    """What a build of this kind needs and the machine does not have; None if it has all."""
    if kind.engine != "afl" or (shutil.which("afl-clang-fast++") and AFL_DRIVER.exists()):
        return None
    return "AFL++ is not installed; `scripts/quake setup --afl` installs it"


def environment(kind: Kind) -> dict[str, str]:
    """What the service sets for build.sh. CC and CXX may be set to another clang."""
    flags = f"{_COMMON} {_SANITIZERS[kind.sanitizer]}"
    compiler = {"CC": os.environ.get("CC", "clang"), "CXX": os.environ.get("CXX", "clang++")}
    engine = "-fsanitize=fuzzer"
    if kind.engine == "afl":
        compiler = {"CC": "afl-clang-fast", "CXX": "afl-clang-fast++", "AFL_QUIET": "1"}
        engine = str(AFL_DRIVER)
    elif kind.sanitizer != "coverage":
        flags += " -fsanitize=fuzzer-no-link"
    return {
        **compiler,
        "CFLAGS": flags,
        "CXXFLAGS": flags,
        "LIB_FUZZING_ENGINE": engine,
        "FUZZING_ENGINE": kind.engine,
        "SANITIZER": kind.sanitizer,
        "STACKQUAKE_JOBS": str(build.cores()),
    }


def build_kind(kind: Kind, *, verbose: bool) -> Path:
    """Runs build.sh; returns the folder $OUT, which has nothing from an earlier build.

    Object files are kept for the next build of the kind as long as its environment stays the same.
    """
    folder, out = FOLDER / kind.name, FOLDER / kind.name / "out"
    settings = environment(kind)
    _forget_others(folder, settings)
    shutil.rmtree(out, ignore_errors=True)
    for path in (out, folder / "work", FOLDER / "src"):
        path.mkdir(parents=True, exist_ok=True)
    source = FOLDER / "src" / "stackquake"
    if not source.is_symlink():
        source.symlink_to(ROOT)
    places = {"SRC": source.parent, "WORK": folder / "work", "OUT": out}
    finished = run_quietly(
        ["bash", "-eu", str(SCRIPT)],
        f"building {kind.name}",
        verbose=verbose,
        environment={**os.environ, **settings, **{name: str(at) for name, at in places.items()}},
    )
    if finished.status != 0:
        last = "\n".join(finished.output.splitlines()[-20:])
        raise QuakeError(Status.MISSING, f"{kind.name} cannot be built:\n{last}")
    return out


def _forget_others(folder: Path, settings: Mapping[str, str]) -> None:
    """Removes what was built in another environment: CMake would go on with that."""
    text, note = json.dumps(settings), folder / "environment"
    if not note.exists() or note.read_text("utf-8") != text:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        note.write_text(text, "utf-8")
