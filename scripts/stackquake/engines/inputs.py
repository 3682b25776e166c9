"""What another engine has found: its files, and the archives of a service.

A file is one input, unless it is a zip archive of inputs. Of a folder those files are taken that
an engine writes for a finding, wherever they lie below it:

- AFL++ writes `id:…` to a folder `crashes` or `hangs`, and other files beside it;
- libFuzzer writes `crash-…`, `timeout-…`, `oom-…`, `leak-…` and `slow-unit-…`;
- ClusterFuzz names a test case `clusterfuzz-testcase-…`.

A folder with none of these is a folder of inputs: all its files are taken.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from stackquake.files import reason_of
from stackquake.printable import printable
from stackquake.status import QuakeError, Status

_AFL = re.compile(r"id[:_]")
_AFL_FOLDER = re.compile(r"(crashes|hangs)(\.|$)")
_FOUND = re.compile(r".*\b(crash|timeout|oom|leak|slow-unit)-[0-9a-f]{8,}|clusterfuzz-testcase-.*")
# What lies beside inputs and is none.
_OTHERS = re.compile(r"README.*|.*\.(options|dict|profraw|log)")
# Of one input, in bytes. Engines have limits below it; what is longer is some other file.
LONGEST = 1 << 20


@dataclass(frozen=True)
class FoundInput:
    """An input, and where it comes from. An archive is named like a folder of its entries."""

    place: PurePath
    data: bytes


def found_inputs(paths: Sequence[Path]) -> list[FoundInput]:
    """The inputs that these files and folders have. Raises QuakeError for one that has none."""
    found: list[FoundInput] = []
    for path in paths:
        inputs = [one for file in _files(path) for one in _read(file)]
        if not inputs:
            raise _bad(path, "has no input in it")
        found += inputs
    return found


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise _bad(path, "there is no such file")
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise _bad(path, "is neither a file nor a folder")
    every = sorted(file for file in path.rglob("*") if file.is_file() and file.name[0] != ".")
    found = [file for file in every if _is_found(file)]
    return found or [file for file in every if not _OTHERS.fullmatch(file.name)]


def _is_found(file: PurePath) -> bool:
    if _AFL.match(file.name):
        return bool(_AFL_FOLDER.match(file.parent.name))
    return bool(_FOUND.match(file.name))


def _read(file: Path) -> Iterator[FoundInput]:
    try:
        if zipfile.is_zipfile(file):
            yield from _unpacked(file)
        else:
            with open(file, "rb") as opened:
                yield _checked(file, opened.read(LONGEST + 1))
    except OSError as error:
        raise _bad(file, f"cannot be read: {reason_of(error)}") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _bad(file, f"is a damaged archive: {error}") from None


def _unpacked(file: Path) -> Iterator[FoundInput]:
    with zipfile.ZipFile(file) as archive:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
            place = PurePath(file, entry.filename)
            if not entry.is_dir() and not _OTHERS.fullmatch(place.name):
                with archive.open(entry) as opened:
                    yield _checked(place, opened.read(LONGEST + 1))


def _checked(place: PurePath, data: bytes) -> FoundInput:
    if len(data) > LONGEST:
        raise _bad(place, f"is longer than {LONGEST:,} bytes, so it is no input")
    return FoundInput(place, data)


def _bad(path: PurePath, what: str) -> QuakeError:
    return QuakeError(Status.BAD_INPUT, f"{printable(str(path))}: {what}")
