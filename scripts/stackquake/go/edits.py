"""Changes to a toolchain's own runtime sources, applied with `go build -overlay`.

Mistakes that are planted and bugs that are mended are described, not copied: a TOML file names the
source file, the function, and the piece to find in it.

    description = "what is changed, and what it breaks"
    mode = "poison"                  # in which mode it shows; optional

    [[edit]]
    file = "runtime/stack.go"
    function = "copystack"           # optional: only inside of this function
    find = 'adjustdefers\\(.*\\)'      # a regular expression; ^ and $ are the ends of lines
    replace = ""                     # as re.sub takes it
    count = 1                        # optional: how often it must be there
    releases = "1.14-1.27"           # optional: which the edit is for; "1.14-" has no end

An edit that is not for a release is left out there; a description of which none is for it, or one
that does not match, is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
class Edit:
    """One piece of a source that is replaced."""

    file: str
    find: str
    replace: str
    function: str | None = None
    releases: str = "1.0-"
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
        """Where the function begins and ends: behind the first brace in column 1."""
        if self.function is None:
            return 0, len(text)
        head = re.search(rf"^func (\([^)]*\) )?{re.escape(self.function)}\(", text, re.MULTILINE)
        if head is None:
            raise QuakeError(Status.BAD_INPUT, f"{self.file} has no function {self.function}")
        return head.start(), text.index("\n}\n", head.start()) + 3


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
        changed: dict[str, str] = {}
        for edit in self.edits:
            if in_releases(edit.releases, release):
                text = changed.get(edit.file) or (before or {}).get(edit.file)
                if text is None:
                    text = (root / "src" / edit.file).read_text(encoding="utf-8")
                changed[edit.file] = edit.apply(text)
        if not changed:
            message = f"{self.name} is not for Go {release[0]}.{release[1]}"
            raise QuakeError(Status.BAD_INPUT, message)
        return changed


def read(path: Path) -> Description:
    """A description from its file."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        edits = tuple(Edit(**edit) for edit in document["edit"])
        return Description(path.stem, document["description"], document.get("mode"), edits)
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise QuakeError(Status.BAD_INPUT, f"{path}: {error}") from None


def mistakes() -> dict[str, Description]:
    """The planted mistakes by name."""
    return {path.stem: read(path) for path in sorted(MISTAKES.glob("*.toml"))}


def mends() -> dict[str, Description]:
    """The mends by name."""
    return {path.stem: read(path) for path in sorted(MENDS.glob("*.toml"))}


def mistake(name: str) -> Description:
    """One of the mistakes; raises QuakeError for a name that is none."""
    return _named("mistake", name, mistakes())


def mend(name: str) -> Description:
    """One of the mends; raises QuakeError for a name that is none."""
    return _named("mend", name, mends())


def _named(kind: str, name: str, known: Mapping[str, Description]) -> Description:
    if name not in known:
        message = f"no {kind} {name!r}; there is {', '.join(known)}"
        raise QuakeError(Status.BAD_INPUT, message)
    return known[name]
