"""Runs that are counted, and what LLVM's tools make of the counts.

A program of the coverage build counts how often each region of its source runs, and adds the counts
to a profile when it ends. A process that is killed or crashes leaves no counts.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.status import QuakeError, Status

VARIABLE = "LLVM_PROFILE_FILE"
# %2m: processes of the same program that end at once share two files, and lock them.
NAME = "%2m.profraw"

# Sources that no figure should have in it: tests, and what only tests use.
NOT_MEASURED = r"(_test|_testing)\.(cc|h)$|/testing/|^/usr/"


@contextlib.contextmanager
def counted(folder: Path) -> Iterator[None]:
    """Programs of the coverage build that start in the block leave their counts in the folder."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(folder / NAME)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


@dataclass(frozen=True)
class Profile:
    """The counts of all runs, and the programs that were run."""

    data: Path
    programs: tuple[Path, ...]

    @staticmethod
    def merge(folder: Path, programs: Sequence[Path]) -> "Profile":
        """Adds up the counts that stand in the folder. Raises QuakeError where there are none."""
        raw = sorted(map(str, folder.glob("*.profraw")))
        if not raw:
            raise QuakeError(Status.MISSING, "no run has left counts behind: all have crashed")
        data = folder / "all.profdata"
        _tool("llvm-profdata", "merge", "-sparse", "-o", str(data), *raw)
        return Profile(data, tuple(programs))

    def tracefile(self) -> str:
        """The counts by line, as an lcov tracefile."""
        return _tool("llvm-cov", "export", "-format=lcov", *self._arguments())

    def write_pages(self, folder: Path, root: Path) -> None:
        """Writes a page for each source, with the counts beside its lines, and an index."""
        pages = ["-format=html", f"-output-dir={folder}", f"-path-equivalence={root},{root}"]
        _tool("llvm-cov", "show", *pages, "-show-instantiations=false", *self._arguments())

    def _arguments(self) -> list[str]:
        first, *others = map(str, self.programs)
        objects = [word for other in others for word in ("-object", other)]
        ignored = f"-ignore-filename-regex={NOT_MEASURED}"
        return [f"-instr-profile={self.data}", ignored, first, *objects]


def demangled(names: Sequence[str]) -> list[str]:
    """The names of C++ functions as people write them, with their parameters."""
    return _tool("llvm-cxxfilt", text="\n".join(names)).splitlines() if names else []


def _tool(name: str, *arguments: str, text: str = "") -> str:
    """What one of LLVM's tools prints. Raises QuakeError when it fails."""
    finished = subprocess.run([name, *arguments], input=text, capture_output=True, text=True)
    if finished.returncode != 0:
        reason = (finished.stderr.strip().splitlines() or ["no message"])[-1]
        raise QuakeError(Status.MISSING, f"{name}: {reason}")
    return finished.stdout
