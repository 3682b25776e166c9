"""Inputs: the nests that the user names, and the private copies that a campaign works with."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stackquake.files import ROOT
from stackquake.printable import printable
from stackquake.status import QuakeError, Status

# A folder with this file has no nests, only .go files of other kinds; the file says which.
MARKER = ".not-nests"

# A folder with the first of these files is a finding, whose nest is the second.
FINDING_RECORD, FINDING_NEST = "finding.json", "nest.go"

# How many bytes of file names one command may have. Linux grants a command at least 128 KiB for
# its arguments and its environment together.
MAX_ARGUMENT_BYTES = 64 << 10
POINTER_BYTES = 8  # each argument counts with the pointer to it

SEEDS = tuple(
    ROOT / "corpus" / name for name in ("seeds", "truth", "regressions", "trophies", "defects")
)


class Inputs:
    """Copies in a scratch folder, so that no campaign sees another's and no seed is ever changed.

    Workers begin with `seeds`, and with `learned`: inputs that earlier campaigns have kept. Workers
    write the inputs that they keep to `new`, where the others find them. Each file is named after
    the SHA-1 of its text, as libFuzzer names the files that it writes.
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
    return [
        path for folder in folders for path in sorted(folder.rglob("*.go")) if path.is_file()
    ]


def corpus() -> list[str]:
    """The nests of the repository's corpus, named as from the current folder."""
    found = [os.path.relpath(path) for path in seeds()]
    if not found:
        raise QuakeError(Status.MISSING, "the corpus has no nests")
    return found


def list_nests(paths: Iterable[str]) -> list[str]:
    """The files that paths mean: the paths of files themselves, and what folders hold.

    A folder stands for the regular files below it whose names end in ".go", sorted by their paths.
    Folders with a MARKER are skipped with all that is below them, and standard error says so. Of a
    finding's folder only its nest is taken: the other files show the same finding.
    Raises QuakeError for a path that is neither a folder nor a regular file, for a folder that
    cannot be read, and for one that has neither a .go file nor a skipped folder.
    """
    found: list[str] = []
    for path in paths:
        found += _list_folder(path) if os.path.isdir(path) else [_regular_file(path)]
    return found


def _regular_file(path: str) -> str:
    if not os.path.exists(path):
        raise QuakeError(Status.BAD_INPUT, f"{printable(path)}: there is no such file")
    if not os.path.isfile(path):
        raise QuakeError(Status.BAD_INPUT, f"{printable(path)}: is not a regular file")
    return path


def _list_folder(folder: str) -> list[str]:
    skipped: list[str] = []
    found = sorted(_walk(folder, skipped), key=os.fsencode)
    for name in sorted(skipped):
        reason = f"skipped; the file {MARKER} says that its files are not nests"
        print(f"quake: {printable(name)}: {reason}", file=sys.stderr)
    if not found and not skipped:
        raise QuakeError(Status.BAD_INPUT, f"{printable(folder)}: has no .go file")
    return found


def _walk(folder: str, skipped: list[str]) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            inside = list(entries)
    except OSError as error:
        message = f"{printable(folder)}: cannot be read: {error.strerror}"
        raise QuakeError(Status.BAD_INPUT, message) from None
    if any(entry.name == MARKER for entry in inside):
        skipped.append(folder)
        return
    is_finding = any(entry.name == FINDING_RECORD for entry in inside)
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, skipped)
        elif entry.name.endswith(".go") and entry.is_file():
            if entry.name == FINDING_NEST or not is_finding:
                yield entry.path


def fitting(names: Sequence[str], first: int) -> Sequence[str]:
    """The names from `first` on, as many as fit into one command; at least one if there is one."""
    size = 0
    for end in range(first, len(names)):
        size += len(os.fsencode(names[end])) + 1 + POINTER_BYTES
        if size > MAX_ARGUMENT_BYTES and end > first:
            return names[first:end]
    return names[first:]
