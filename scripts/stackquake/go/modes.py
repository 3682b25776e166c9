"""The ways in which a toolchain is made to build and run nests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from stackquake.go import edits
from stackquake.go.toolchain import Toolchain
from stackquake.status import QuakeError, Status

MAIN = "batch"  # the import path of the packages that are built


@dataclass(frozen=True)
class Mode:
    """Flags of the compiler, changes to the runtime, and the environment of the run."""

    name: str
    text: str
    main_flags: str = ""  # for the nests alone
    all_flags: str = ""  # for the standard library as well
    poison: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    debug: tuple[str, ...] = ()  # settings of GODEBUG, where the toolchain has them
    weight: int = 1  # how much processor time a nest takes, compared with the others

    def build_flags(self, more: str = "") -> list[str]:
        """The flags of `go build`, with `more` for the nests."""
        flags = [f"-gcflags=all={self.all_flags}"] if self.all_flags else []
        mine = f"{self.main_flags} {more}".strip()
        # The last pattern that fits a package decides for it.
        whole = f"{self.all_flags} {mine}".strip()
        return flags + ([f"-gcflags={MAIN}={whole}"] if mine else [])

    def gccgo_flags(self) -> list[str]:
        """The same for gccgo, which has only optimisation to be switched off."""
        if self.poison or self.all_flags:
            raise QuakeError(Status.BAD_INPUT, f"gccgo has no mode {self.name}")
        return ["-fno-inline"] if self.main_flags else ["-O1"]

    def overlay(self, toolchain: Toolchain) -> dict[str, str]:
        """The changed sources, by their path below GOROOT/src."""
        if not self.poison or toolchain.root is None:
            return {}
        return edits.read(edits.POISON).files(toolchain.root, toolchain.release)

    def run_environment(self, toolchain: Toolchain) -> dict[str, str]:
        """One processor keeps runs repeatable. Goroutine dumps would tell nothing more."""
        known = debug_settings(toolchain)
        settings = [text for text in self.debug if text.partition("=")[0] in known]
        environment = {"GOMAXPROCS": "1", "GOTRACEBACK": "none", **self.environment}
        return {**environment, "GODEBUG": ",".join(settings)} if settings else environment

    def suits(self, toolchain: Toolchain) -> bool:
        """Whether the toolchain has this mode."""
        return not toolchain.is_gccgo or not (self.poison or self.all_flags)


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
        Mode(
            "poison",
            "every function moves its stack when it begins, and what a move leaves is poisoned",
            main_flags="-l",
            all_flags="-d=maymorestack=runtime.mayMoreStackMove",
            poison=True,
            weight=4,  # a nest takes ten times the processor time, but many nests sleep here, too
        ),
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
