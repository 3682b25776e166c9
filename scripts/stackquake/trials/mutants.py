"""Mutants: small mistakes in the runtime or the compiler, each planted by itself.

A mutant is a file of mutants/, in the form that edits.py describes. A function of C++ is named as
its definition names it, as in `function = "Channels::wait_in"`; where a source defines several of
that name, up to a piece of the parameters: `function = "Collector::visit(const Word&"`. Besides:

    equivalent = "why no run differs"  # optional: it changes nothing that anybody could see
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import edits
from stackquake.files import ROOT, reason_of, shown
from stackquake.printable import printable
from stackquake.status import QuakeError, Status

FOLDER = Path(__file__).resolve().parent / "mutants"

# What stands before the name of a function where it is defined: a type, and words such as `static`.
# Where it is called there is none, or a word such as `return`.
_TYPE = r"(?!(?:return|else|co_return|throw|case|using)\b)[\w:<>,*&\[\] ]+[ *&]"


@dataclass(frozen=True)
class Edit(edits.Edit):
    """One piece of a C++ source that is replaced."""

    def extents_of(self, function: str, text: str) -> Iterator[tuple[int, int]]:
        """The definitions of the function, in whatever namespace or class they stand.

        As clang-format lays sources out, a function ends at the first brace that stands as far to
        the right as its head does.
        """
        name = re.escape(function) + ("" if "(" in function else r"\(")
        for match in re.finditer(rf"^(?P<indent> *)(?:{_TYPE})?{name}", text, re.MULTILINE):
            body = _body(text, match.start(), text.index("(", match.start()))
            if body is None:
                continue
            line = text.index("\n", body)
            if text[line - 1] == "{":
                line = text.index("\n", text.index(f"\n{match['indent']}}}", line - 1) + 1)
            yield match.start(), line + 1


def _body(text: str, head: int, parameters: int) -> int | None:
    """Where the body of a function begins, whose parameters do there; None if this is a call."""
    depth = 0
    for place in range(parameters, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            after = re.compile(r"\)(?: const| noexcept| override| final|\s*: [^;]*?\)|\s)*(?=\{)")
            match = after.match(text, place)
            return match.end() if match else None
    return None


@dataclass(frozen=True)
class Mutant:
    """A mistake with a name."""

    name: str
    text: str  # what is changed, and what it breaks
    edits: tuple[Edit, ...]
    equivalent: str | None = None  # the reason why nobody can see it, if so

    def sources(self, root: Path = ROOT) -> dict[str, str]:
        """The changed sources by their paths below `root`.

        Raises QuakeError where an edit does not match.
        """
        try:
            return edits.edited(self.edits, lambda file: (root / file).read_text(encoding="utf-8"))
        except (OSError, QuakeError) as error:
            message = f"the mutant {self.name} does not fit: {reason_of(error)}"
            raise QuakeError(Status.BAD_INPUT, message) from None


def _mutant(name: str, document: Mapping[str, Any]) -> Mutant:
    fields = dict(document)
    changes = tuple(Edit(**edit) for edit in fields.pop("edit"))
    return Mutant(name, fields.pop("description").strip(), changes, **fields)


def mutants(folder: Path = FOLDER) -> dict[str, Mutant]:
    """All mutants by name. Raises QuakeError for a file that describes none."""
    return {path.stem: edits.read(path, _mutant) for path in sorted(folder.glob("*.toml"))}


def chosen(names: Sequence[str], folder: Path = FOLDER) -> list[Mutant]:
    """The named mutants, or all.

    Raises QuakeError for a name that is none, and for a mutant that does not fit the sources.
    """
    known = mutants(folder)
    for name in names:
        if name not in known:
            message = f"no mutant {printable(name)}; {shown(folder)}/ has them"
            raise QuakeError(Status.BAD_INPUT, message)
    wanted = [known[name] for name in dict.fromkeys(names or known)]
    for mutant in wanted:
        mutant.sources()
    return wanted
