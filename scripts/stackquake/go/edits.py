"""Changes to a toolchain's own runtime sources, applied with `go build -overlay`.

The descriptions are as edits.py has them, of Go's sources below src/. They have two keys more:

    mode = "poison"                  # in which mode a mistake shows; optional

    [[edit]]
    releases = "1.14-1.27"           # optional: which the edit is for; "1.14-" has no end

An edit that is not for a release is left out there; a description of which none is for it, or one
that does not match, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import edits
from stackquake.status import QuakeError, Status

HERE = Path(__file__).resolve().parent
MISTAKES = HERE / "mistakes"
MENDS = HERE / "mends"
POISON = HERE / "poison.toml"
FRAME_POINTERS = HERE / "framepointers.toml"

RELEASES = re.compile(r"1\.(?P<first>\d+)(?P<open>-(1\.(?P<last>\d+))?)?")


def in_releases(text: str, release: tuple[int, int]) -> bool:
    """Whether a release is one of "1.14-1.21", "1.22-" or "1.19"."""
    match = RELEASES.fullmatch(text)
    if match is None:
        raise QuakeError(Status.BAD_INPUT, f"{text!r} are no releases: write 1.14-1.21")
    first = int(match["first"])
    if match["open"] is None:
        return release == (1, first)
    last = int(match["last"]) if match["last"] else release[1]
    return (1, first) <= release <= (1, last)


@dataclass(frozen=True)
class Edit(edits.Edit):
    """One piece of a Go source that is replaced, in some releases."""

    releases: str = "1.0-"

    def extents_of(self, function: str, text: str) -> Iterable[tuple[int, int]]:
        """A function ends behind the first brace in column 1."""
        head = rf"^func (\([^)]*\) )?{re.escape(function)}\("
        for match in re.finditer(head, text, re.MULTILINE):
            yield match.start(), text.index("\n}\n", match.start()) + 3


@dataclass(frozen=True)
class Description:
    """A change with a name."""

    name: str
    text: str
    mode: str | None
    edits: tuple[Edit, ...]

    def files(
        self, root: Path, release: tuple[int, int], before: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The changed sources by their path below `root`/src; `before` has some changed already."""
        changed = edits.edited(
            [edit for edit in self.edits if in_releases(edit.releases, release)],
            lambda file: (root / "src" / file).read_text(encoding="utf-8"),
            before,
        )
        if not changed:
            message = f"{self.name} is not for Go {release[0]}.{release[1]}"
            raise QuakeError(Status.BAD_INPUT, message)
        return changed


def _description(name: str, document: Mapping[str, Any]) -> Description:
    changes = tuple(Edit(**edit) for edit in document["edit"])
    return Description(name, document["description"], document.get("mode"), changes)


def read(path: Path) -> Description:
    """A description from its file."""
    return edits.read(path, _description)


def mistakes() -> dict[str, Description]:
    """The planted mistakes by name."""
    return {path.stem: read(path) for path in sorted(MISTAKES.glob("*.toml"))}


def mends() -> dict[str, Description]:
    """The mends by name."""
    return {path.stem: read(path) for path in sorted(MENDS.glob("*.toml"))}


def mistake(name: str) -> Description:
    """One of the mistakes; raises QuakeError for a name that is none."""
    return edits.named("mistake", name, mistakes())


def mend(name: str) -> Description:
    """One of the mends; raises QuakeError for a name that is none."""
    return edits.named("mend", name, mends())
