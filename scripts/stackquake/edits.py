"""Changes of source files by description: mistakes that are planted, and bugs that are mended.

They are described, not copied: a TOML file names the source file, the function, and the piece to
find in it.

    description = "what is changed, and what it breaks"

    [[edit]]
    file = "runtime/stack.go"
    function = "copystack"           # optional: only inside of this function
    find = 'adjustdefers\\(.*\\)'      # a regular expression; ^ and $ are the ends of lines
    replace = ""                     # as re.sub takes it
    count = 1                        # optional: how often it must be there

An edit that does not match is refused: the source has changed, and the description must follow it.
How a function begins and ends differs from language to language, so each language derives a class
from `Edit`: see go/edits.py and mutants.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from stackquake.printable import printable
from stackquake.status import QuakeError, Status

T = TypeVar("T")


@dataclass(frozen=True)
class Edit:
    """One piece of a source that is replaced."""

    file: str
    find: str
    replace: str
    function: str | None = None
    count: int = 1

    def apply(self, text: str) -> str:
        """The changed source; raises QuakeError unless the piece is there as often as it says."""
        start, end = self._extent(text)
        changed, count = re.subn(self.find, self.replace, text[start:end], flags=re.MULTILINE)
        if count != self.count:
            where = f"{self.file}, {self.function or 'whole'}"
            raise QuakeError(Status.BAD_INPUT, f"{where}: {self.find!r} is there {count} times")
        return text[:start] + changed + text[end:]

    def _extent(self, text: str) -> tuple[int, int]:
        if self.function is None:
            return 0, len(text)
        extents = list(self.extents_of(self.function, text))
        if len(extents) != 1:
            number = len(extents) or "no"
            message = f"{self.file} has {number} function {self.function}"
            raise QuakeError(Status.BAD_INPUT, message)
        return extents[0]

    def extents_of(self, function: str, text: str) -> Iterable[tuple[int, int]]:
        """Where the functions of that name begin and end in a source."""
        raise NotImplementedError


def edited(
    edits: Iterable[Edit],
    source: Callable[[str], str],
    before: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The changed sources by their names, with the edits applied one after another.

    `source` gives the text of a file; `before` has files that are changed already.
    """
    changed: dict[str, str] = {}
    for edit in edits:
        text = changed.get(edit.file) or (before or {}).get(edit.file) or source(edit.file)
        changed[edit.file] = edit.apply(text)
    return changed


def read(path: Path, make: Callable[[str, Mapping[str, Any]], T]) -> T:
    """A description from its file; `make` takes its name and its document.

    Raises QuakeError where the file is no description: `make` raises KeyError or TypeError then.
    """
    try:
        return make(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise QuakeError(Status.BAD_INPUT, f"{printable(str(path))}: {error}") from None


def named(kind: str, name: str, known: Mapping[str, T]) -> T:
    """One of the known descriptions; raises QuakeError for a name that is none."""
    if name not in known:
        message = f"no {kind} {name!r}; there is {', '.join(known)}"
        raise QuakeError(Status.BAD_INPUT, message)
    return known[name]
