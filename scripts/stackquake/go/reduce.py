"""Finds the smallest nest that still disagrees, by taking pieces of its text away.

A build takes a second, however few the nests are. So each round builds many candidates into one
program:

1. Each candidate lacks one piece, the largest pieces first.
2. Of the pieces that may go one by one, as many as possible are taken away together.

When no piece of text can go any more, the harness's own steps of reduction, which know the
language, make the candidates.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stackquake.go import nests
from stackquake.go.comparing import Case

# Of candidates, says which still disagree in the way that is looked for.
Predicate = Callable[[Sequence[Case]], list[bool]]

CANDIDATES = 64  # in one program: about as many as run in the time that their build takes
PARTS = 8  # of the pieces that may go, all are tried together, then seven eighths of them, …
NUMBER = re.compile(r"(?<![\w.])\d+")


@dataclass(frozen=True)
class Piece:
    """Lines that go together, from `first` up to `end`, and what takes their place."""

    first: int
    end: int
    instead: tuple[str, ...] = ()

    @property
    def saved(self) -> int:
        """How many lines fewer there are without it."""
        return self.end - self.first - len(self.instead)


def reduce(case: Case, still: Predicate, seconds: float) -> Case:
    """A smaller case, or the same one; takes about `seconds` at most."""
    deadline = time.monotonic() + seconds
    best, tried = case, {case.text}
    for take_round in (_text_round, _tree_round):
        smaller: Case | None = best
        while smaller is not None and time.monotonic() < deadline:
            best = smaller
            smaller = take_round(best, still, tried)
        best = smaller or best
    return best


def _tree_round(best: Case, still: Predicate, tried: set[str]) -> Case | None:
    """The smallest of the first candidates of the harness among which one is good."""
    steps = [text for text in nests.candidates(best.text) if text not in tried]
    for first in range(0, len(steps), CANDIDATES):
        good = _keep(steps[first : first + CANDIDATES], still, tried)
        if good:
            return min(good, key=_size)
    return None


def _size(case: Case) -> tuple[int, int, str]:
    return case.text.count("\n"), len(case.text), case.text


def _text_round(best: Case, still: Predicate, tried: set[str]) -> Case | None:
    """The smallest of what one round of candidates gives; None where nothing more can go."""
    lines = best.text.splitlines()
    texts = {without(lines, [piece]): piece for piece in pieces(lines)}
    untried = [text for text in texts if text not in tried]
    for first in range(0, len(untried), CANDIDATES):
        good = _keep(untried[first : first + CANDIDATES], still, tried)
        if good:
            gone = _apart([texts[case.text] for case in good])
            together = [without(lines, part) for part in _prefixes(gone)]
            good += _keep([text for text in together if text not in tried], still, tried)
            return min(good, key=_size)
    return None


def _keep(texts: list[str], still: Predicate, tried: set[str]) -> list[Case]:
    """Those that are nests, are compared, and still disagree."""
    tried.update(texts)
    cases = [
        Case("candidate", text, one.behaviour, one.events)
        for text, one in zip(texts, nests.expect(texts))
        if isinstance(one, nests.Expected) and one.not_compared is None
    ]
    return [case for case, holds in zip(cases, still(cases)) if holds] if cases else []


def _apart(options: list[Piece]) -> list[Piece]:
    """Pieces that do not touch each other, the largest first."""
    chosen: list[Piece] = []
    for piece in sorted(options, key=lambda one: (-one.saved, one.first, one.end)):
        if all(piece.end <= other.first or other.end <= piece.first for other in chosen):
            chosen.append(piece)
    return chosen


def _prefixes(options: list[Piece]) -> list[list[Piece]]:
    """All of them, and fewer and fewer of the largest."""
    counts = {len(options) * part // PARTS for part in range(1, PARTS + 1)}
    return [options[:count] for count in sorted(counts, reverse=True) if count > 1]


def without(lines: Sequence[str], gone: Sequence[Piece]) -> str:
    """The text without some pieces that do not touch each other."""
    kept = list(lines)
    for piece in sorted(gone, key=lambda one: one.first, reverse=True):
        kept[piece.first : piece.end] = piece.instead
    text = "\n".join(kept) + "\n"
    # The import stands exactly where it is used.
    if "runtime." not in text.replace('"runtime"', ""):
        text = text.replace('import "runtime"\n\n', "")
    return text


def pieces(lines: Sequence[str]) -> list[Piece]:
    """What could go from a nest in its canonical form: the largest pieces first."""
    found: list[Piece] = []
    for first, line in enumerate(lines):
        if line.startswith(("package", "import")) or not line.strip(" \t}"):
            continue
        end = _end(lines, first)
        found.append(Piece(first, end))
        has_body = end - first > 2  # lines between the first and the closing brace
        if has_body and not line.startswith("func"):
            found += _unwrapped(lines, first, end)
        found += _simpler(first, line)
    found += _declarations_with_uses(lines)
    return sorted(found, key=lambda piece: (-piece.saved, piece.first, piece.end))


def _end(lines: Sequence[str], first: int) -> int:
    """Behind the statement or function that begins in a line: its closing brace stands below it."""
    opening = lines[first]
    if not opening.endswith("{"):
        return first + 1
    indentation = opening[: len(opening) - len(opening.lstrip("\t"))]
    for number in range(first + 1, len(lines)):
        if lines[number].startswith(indentation + "}"):
            if not lines[number].endswith("{"):
                return number + 1
    return first + 1


def _unwrapped(lines: Sequence[str], first: int, end: int) -> list[Piece]:
    """A block's body in the place of the block."""
    body = [line.removeprefix("\t") for line in lines[first + 1 : end - 1]]
    return [Piece(first, end, tuple(body))]


def _simpler(number: int, line: str) -> list[Piece]:
    """A line with one of its numbers smaller, without its `defer`, or without a condition."""
    simpler = []
    for match in NUMBER.finditer(line):
        value = int(match[0])
        for smaller in {value // 2, 1} - {value}:
            simpler.append(line[: match.start()] + str(smaller) + line[match.end() :])
    if line.lstrip("\t").startswith("defer "):
        simpler.append(line.replace("defer ", "", 1))
    return [Piece(number, number + 1, (text,)) for text in simpler if text != line]


def _declarations_with_uses(lines: Sequence[str]) -> list[Piece]:
    """A declaration together with the blank assignment that often follows it."""
    found = []
    for number in range(len(lines) - 1):
        declared = re.match(r"\t+(?:var )?(\w+) ", lines[number])
        if declared and lines[number + 1].strip() == f"_ = {declared[1]}":
            found.append(Piece(number, number + 2))
    return found
