"""The ways in which a toolchain is made to build and run nests."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stackquake.go import edits
from stackquake.go.toolchain import Toolchain
from stackquake.status import QuakeError, Status

MAIN = "batch"  # the import path of the packages that are built

# Makes every function move its stack when it begins.
MOVE_ALWAYS = "-d=maymorestack=runtime.mayMoreStackMove"
# With it a nest takes ten times the processor time, but many nests sleep here, too.
POISON_WEIGHT = 4

RACE_RUNTIMES = "**/race_linux*.syso"  # below src/runtime/race


@dataclass(frozen=True)
class Mode:
    """Flags of the compiler, changes to the runtime, and the environment of the run."""

    name: str
    text: str
    main_flags: str = ""  # for the nests alone
    all_flags: str = ""  # for the standard library as well
    changes: tuple[Path, ...] = ()  # descriptions of changes to the runtime
    releases: str = "1.0-"  # that have this mode
    race: bool = False  # builds with the race detector, which needs cgo
    environment: Mapping[str, str] = field(default_factory=dict)
    debug: tuple[str, ...] = ()  # settings of GODEBUG, where the toolchain has them
    # Whether the runtime sees that all goroutines wait, or that none is left after main's Goexit.
    # With cgo it counts a thread of C's, and a program waits for ever.
    sees_deadlocks: bool = True
    weight: int = 1  # how much processor time a nest takes, compared with the others

    def build_flags(self, more: str = "") -> list[str]:
        """The flags of `go build`, with `more` for the nests."""
        flags = ["-race"] if self.race else []
        flags += [f"-gcflags=all={self.all_flags}"] if self.all_flags else []
        mine = f"{self.main_flags} {more}".strip()
        # The last pattern that fits a package decides for it.
        whole = f"{self.all_flags} {mine}".strip()
        return flags + ([f"-gcflags={MAIN}={whole}"] if mine else [])

    def gccgo_flags(self) -> list[str]:
        """The same for gccgo, which can be told not to inline or not to optimise."""
        if self.is_of_go_alone:
            raise QuakeError(Status.BAD_INPUT, f"gccgo has no mode {self.name}")
        flags = {"-l": "-fno-inline", "-N": "-O0"}
        return [flags[flag] for flag in self.main_flags.split()] or ["-O1"]

    @property
    def is_of_go_alone(self) -> bool:
        """Whether it needs sources or flags that gccgo does not have."""
        return bool(self.changes or self.all_flags or self.race)

    def overlay(self, toolchain: Toolchain, before: Mapping[str, str]) -> dict[str, str]:
        """The changed sources by path below GOROOT/src; `before` has some changed already."""
        changed = dict(before)
        if toolchain.root is not None:
            for path in self.changes:
                change = edits.read(path)
                changed |= change.files(toolchain.root, toolchain.release, changed)
        return changed

    def run_environment(self, toolchain: Toolchain) -> dict[str, str]:
        """One processor keeps runs repeatable. Goroutine dumps would tell nothing more."""
        known = debug_settings(toolchain)
        settings = [text for text in self.debug if text.partition("=")[0] in known]
        environment = {"GOMAXPROCS": "1", "GOTRACEBACK": "none", **self.environment}
        return {**environment, "GODEBUG": ",".join(settings)} if settings else environment

    def suits(self, toolchain: Toolchain) -> bool:
        """Whether the toolchain has this mode."""
        if toolchain.is_gccgo:
            return not self.is_of_go_alone
        if not edits.in_releases(self.releases, toolchain.release):
            return False
        return not self.race or has_race_detector(toolchain)


def has_race_detector(toolchain: Toolchain) -> bool:
    """Whether the toolchain can build with -race: it has the runtime, and there is a C compiler."""
    if toolchain.root is None or shutil.which("gcc") is None:
        return False
    folder = toolchain.root / "src" / "runtime" / "race"
    return any(path.stat().st_size > 0 for path in folder.glob(RACE_RUNTIMES))


def debug_settings(toolchain: Toolchain) -> set[str]:
    """The names that GODEBUG may set, from the runtime's own table; none without sources."""
    if toolchain.root is None:
        return set()
    table = toolchain.root / "src" / "runtime" / "runtime1.go"
    try:
        text = table.read_text(encoding="utf-8")
    except OSError:
        return set()
    return set(re.findall(r'^\s*\{(?:name: )?"(\w+)", ', text, re.MULTILINE))


MODES = {
    mode.name: mode
    for mode in (
        Mode("plain", "as anybody builds"),
        Mode("noinline", "no call is inlined, so that every function has a frame", main_flags="-l"),
        Mode("noopt", "nothing is optimised", main_flags="-N"),
        Mode(
            "race",
            "with the race detector, where the toolchain has it; what it reports does not count,"
            " and nests that end with a deadlock or main's Goexit are left out",
            race=True,
            sees_deadlocks=False,
            environment={"GORACE": "exitcode=0"},
            weight=2,
        ),
        Mode(
            "noopendefer",
            "every deferred call has a record, none is open-coded",
            all_flags="-d=noopendefer=1",
        ),
        Mode(
            "poison",
            "every function moves its stack when it begins, and what a move leaves is poisoned",
            main_flags="-l",
            all_flags=MOVE_ALWAYS,
            changes=(edits.POISON,),
            weight=POISON_WEIGHT,
        ),
        Mode(
            "framepointers",
            "as poison, and every wait and panic walks the saved frame pointers (since Go 1.21)",
            main_flags="-l",
            all_flags=MOVE_ALWAYS,
            changes=(edits.POISON, edits.FRAME_POINTERS),
            releases="1.21-",
            weight=POISON_WEIGHT,
        ),
        # With gcstoptheworld=2 as well, nests take twice the time. Of 380 nests on Go 1.24 and 1.27
        # more were wrong then, but all by a bug that this mode shows, too.
        Mode(
            "gc",
            "the collector runs as often as it can, checks its marks and poisons what it frees",
            environment={"GOGC": "1"},
            debug=("gccheckmark=1", "clobberfree=1", "invalidptr=1"),
        ),
        Mode(
            "clobber",
            "stack words that are dead by the stack maps are overwritten at every call",
            main_flags="-l",
            all_flags="-clobberdead",
        ),
    )
}
