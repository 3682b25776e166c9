"""Nests on variants, against what the oracle expects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from stackquake.go import known, nests
from stackquake.go.crash import Behaviour, agree, signature
from stackquake.go.known import Known
from stackquake.go.variant import RUN_SECONDS, Variant

CONFIRMATIONS = 3  # runs in which a disagreement must show again to count

# Of one signature in one batch, are looked at. A runtime that is broken altogether has hundreds,
# which may all take the whole of their time.
MOST_ALIKE = 12


@dataclass(frozen=True)
class Case:
    """A nest that is compared."""

    name: str
    text: str
    expected: Behaviour


@dataclass(frozen=True)
class Disagreement:
    """A nest that does not do on a variant what the oracle expects."""

    case: Case
    variant: Variant
    actual: Behaviour
    known: str | None = None  # the entry of known.json that it is

    @property
    def signature(self) -> str:
        """Equal for equal causes, as far as behaviour alone shows it."""
        return signature(self.case.expected, self.actual)


class Comparer:
    """Runs cases; every call builds one batch for each variant that it names."""

    def __init__(
        self,
        jobs: int,
        batch: int = 400,
        seconds: float = RUN_SECONDS,
        table: Sequence[Known] | None = None,
    ) -> None:
        """`jobs` nests run at a time, `batch` are built into a program, each may take `seconds`.

        `table` has the bugs that are known; None for all that are.
        """
        self._jobs = jobs
        self._batch = batch
        self._seconds = seconds
        self._known = known.table() if table is None else table

    def behaviours(
        self, variant: Variant, texts: Sequence[str], step: Callable[[int], None] = lambda n: None
    ) -> list[Behaviour]:
        """What each nest does on a variant; calls `step` with the number done after each batch."""
        done: list[Behaviour] = []
        for first in range(0, len(texts), self._batch):
            part = texts[first : first + self._batch]
            source = nests.pack(part)
            done += variant.run(source, range(len(part)), self._seconds, self._jobs)
            step(len(part))
        return done

    def disagreements(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> tuple[list[Disagreement], list[Case]]:
        """The cases that disagree each time they are run, and those that do so only at times."""
        steady, unsteady = self._confirm(variant, _few(self.suspects(variant, cases, step)))
        return self.name_known(variant, steady), unsteady

    def suspects(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> list[Disagreement]:
        """The cases that disagree when they are run once."""
        actual = self.behaviours(variant, [case.text for case in cases], step)
        release = variant.toolchain.release
        return [
            Disagreement(case, variant, seen)
            for case, seen in zip(cases, actual)
            if not agree(case.expected, seen, release)
        ]

    def name_known(self, variant: Variant, found: list[Disagreement]) -> list[Disagreement]:
        """Says of those that are known which they are: one bug of the table, or some that meet."""
        mine = [entry for entry in self._known if entry.is_of(variant.toolchain)]
        mended = [entry for entry in mine if entry.mended(variant) is not None]
        for entry in mine:
            found = self._name(variant, [entry], found)
        for number in range(2, len(mended) + 1):
            for entries in combinations(mended, number):
                found = self._name(variant, entries, found)
        return found

    def _name(
        self, variant: Variant, entries: Sequence[Known], found: list[Disagreement]
    ) -> list[Disagreement]:
        """Names those that look like all entries, and are right without them where that can be had."""
        fitting = [
            one
            for one in found
            if one.known is None
            and all(entry.looks_like(one.signature, one.case.text) for entry in entries)
        ]
        if not fitting:
            return found
        still = self._still_wrong(entries, variant, fitting)
        name = " and ".join(entry.name for entry in entries)
        return [
            replace(one, known=name) if one in fitting and one not in still else one
            for one in found
        ]

    def _still_wrong(
        self, entries: Sequence[Known], variant: Variant, fitting: list[Disagreement]
    ) -> list[Disagreement]:
        """Those that are wrong without the bugs as well."""
        mended = variant
        for entry in entries:
            mended = entry.mended(mended) or mended
        if mended == variant:
            return []
        wrong = {one.case.text for one in self.suspects(mended, [one.case for one in fitting])}
        return [one for one in fitting if one.case.text in wrong]

    def _confirm(
        self, variant: Variant, suspects: list[Disagreement]
    ) -> tuple[list[Disagreement], list[Case]]:
        """Runs suspects again, in one batch: a schedule that the oracle has not seen is no finding."""
        if not suspects:
            return [], []
        texts = [one.case.text for one in suspects]
        source = nests.pack(texts)
        steady = set(range(len(texts)))
        for _ in range(CONFIRMATIONS):
            numbers = sorted(steady)
            again = variant.run(source, numbers, 2 * self._seconds, self._jobs)
            cases = [suspects[number].case for number in numbers]
            release = variant.toolchain.release
            agreeing = {
                number
                for number, case, seen in zip(numbers, cases, again)
                if agree(case.expected, seen, release)
            }
            steady -= agreeing
        confirmed = [suspects[number] for number in sorted(steady)]
        unsteady = [one.case for number, one in enumerate(suspects) if number not in steady]
        return confirmed, unsteady


def _few(suspects: list[Disagreement]) -> list[Disagreement]:
    """The first MOST_ALIKE of each signature."""
    seen: Counter[str] = Counter()
    kept: list[Disagreement] = []
    for one in suspects:
        seen[one.signature] += 1
        if seen[one.signature] <= MOST_ALIKE:
            kept.append(one)
    return kept


def cases_of(texts: Mapping[str, str], skipped: dict[str, int]) -> list[Case]:
    """The nests that are compared. Why others are not, "no nest" included, is counted in `skipped`."""
    cases: list[Case] = []
    for (name, text), one in zip(texts.items(), nests.expect(list(texts.values()))):
        why = "no nest" if one is None else one.not_compared
        if why is None and nests.depends_on_buffers(text):
            why = "buffers"
        if one is not None and why is None:
            cases.append(Case(name, text, one.behaviour))
        else:
            skipped[str(why)] = skipped.get(str(why), 0) + 1
    return cases
