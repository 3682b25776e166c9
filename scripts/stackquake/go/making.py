"""Nests for campaigns on real Go: made from seeds, and chosen by what they reach."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake import build
from stackquake.go import nests
from stackquake.status import QuakeError, Status

GENERATOR = "generate_nests"
SELECTOR = "fuzz_goroutines"  # the target whose coverage is asked for


@dataclass(frozen=True)
class Maker:
    """Makes nests: with several goroutines or with one, all or a selection."""

    goroutines: bool = False
    select: bool = False

    def ensure_programs(self) -> None:
        """Builds what it calls."""
        nests.ensure_programs(GENERATOR)
        if self.select:
            build.ensure("fuzz", [SELECTOR])

    def make(self, seed: int, count: int) -> dict[str, str]:
        """Nests by name, of this seed and those that follow it.

        A selection has those that reach something new, in the reference runtime, among themselves.
        """
        with tempfile.TemporaryDirectory(prefix="quake-nests-") as name:
            made = Path(name) / "made"
            made.mkdir()
            program = str(build.program("release", GENERATOR))
            flags = ["--goroutines"] if self.goroutines else []
            arguments = ["--seed", str(seed), "--count", str(count), "--directory", str(made)]
            _call([program, *arguments, *flags])
            return nests.read_texts([_selected(made) if self.select else made])


def _selected(made: Path) -> Path:
    """A folder with those of the nests that libFuzzer would keep."""
    kept = made.with_name("kept")
    kept.mkdir()
    target = str(build.program("fuzz", SELECTOR))
    _call([target, "-merge=1", "-verbosity=0", str(kept), str(made)])
    for path in kept.iterdir():
        path.rename(path.with_suffix(".go"))
    return kept


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()[-1:] or ["nothing said"]
        message = f"{Path(command[0]).name} ended with status {done.returncode}: {words[0]}"
        raise QuakeError(Status.MISSING, message)
