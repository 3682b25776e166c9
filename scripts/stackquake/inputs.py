"""The inputs of a campaign: private copies of the seeds and of the working corpus."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from stackquake.files import ROOT
from stackquake.status import QuakeError, Status

SEEDS = tuple(
    ROOT / "corpus" / name for name in ("seeds", "truth", "regressions", "trophies", "defects")
)


class Inputs:
    """Copies in a scratch folder, so that no campaign sees another's and no seed is ever changed.

    Workers begin with `seeds` and with `learned`, what earlier campaigns have kept, each file named
    after the SHA-1 of its text, as libFuzzer names what it writes; `new` is where the workers put
    what they keep, and share it.
    """

    def __init__(self, scratch: Path) -> None:
        self.seeds = scratch / "seeds"
        self.learned = scratch / "learned"
        self.new = scratch / "new"
        for folder in (self.seeds, self.learned, self.new):
            folder.mkdir()
        self.longest = 0  # of all files taken, in bytes
        self.unreadable: list[Path] = []  # files that are left out
        self._origin: dict[str, Path] = {}

    def add_seeds(self, paths: Iterable[Path]) -> None:
        """Takes copies of seeds."""
        self._add(paths, self.seeds)

    def add_learned(self, paths: Iterable[Path]) -> None:
        """Takes copies of files of a working corpus."""
        self._add(paths, self.learned)

    def _add(self, paths: Iterable[Path], folder: Path) -> None:
        for path in paths:
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue  # another campaign has just minimised their working corpus
            except OSError:
                self.unreadable.append(path)
                continue
            self.longest = max(self.longest, len(data))
            self._origin.setdefault(name_of(data), path)
            (folder / name_of(data)).write_bytes(data)

    def origin(self, data: bytes) -> Path | None:
        """The file that an input is a copy of, if it is one."""
        return self._origin.get(name_of(data))

    def drop(self, data: bytes) -> None:
        """Lets no further worker begin with an input: it would end there again."""
        for folder in (self.seeds, self.learned, self.new):
            (folder / name_of(data)).unlink(missing_ok=True)


def name_of(data: bytes) -> str:
    """The file name of an input."""
    return hashlib.sha1(data).hexdigest()


def seeds(folders: Iterable[Path] = SEEDS) -> list[Path]:
    """The nests of the repository's corpus."""
    return [path for folder in folders for path in sorted(folder.rglob("*.go"))]


def corpus() -> list[str]:
    """The same, named as from the working folder."""
    found = [os.path.relpath(path) for path in seeds()]
    if not found:
        raise QuakeError(Status.MISSING, "the corpus has no nests")
    return found
