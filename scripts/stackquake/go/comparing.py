"""Nests on variants, against what the oracle expects."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from stackquake.go import known, nests
from stackquake.go.ahead import ahead
from stackquake.go.crash import Behaviour, agree, signature
from stackquake.go.known import Known
from stackquake.go.program import Limits, Slots
from stackquake.go.variant import Variant

BATCH = 400  # nests in a program; to build fewer costs more for each

CONFIRMATIONS = 3  # runs in which a disagreement must show again to count

# A panic of a few dozen levels, with moves in each, takes some seconds in the slowest mode.
MUCH_LONGER = 4

# A nest that is wrong in this many of so many tries, and in none of them without a known bug, shows
# that bug: were the bug not the cause, at most one such nest in twenty would be taken to show it.
TRIES = 20
OFTEN = 3
TRIES_AT_ONCE = 5


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
    def is_late(self) -> bool:
        """Whether the nest ran out of time, and may be right when it has more."""
        return self.actual["outcome"]["kind"] == "fuel"

    @property
    def signature(self) -> str:
        """Equal for equal causes, as far as behaviour alone shows it."""
        return signature(self.case.expected, self.actual, self.variant.toolchain.release)


@dataclass(frozen=True)
class Settled:
    """What has become of nests that disagreed when they were run once, but for those that are right."""

    steady: Sequence[Disagreement] = ()  # each time, or often, and never without a known bug
    unsteady: Sequence[Disagreement] = ()  # at times
    slow: Sequence[Disagreement] = ()  # as expected as far as they came
    by_schedule: Sequence[Disagreement] = ()  # nothing can be expected, more schedules show

    def __add__(self, other: Settled) -> Settled:
        return Settled(
            [*self.steady, *other.steady],
            [*self.unsteady, *other.unsteady],
            [*self.slow, *other.slow],
            [*self.by_schedule, *other.by_schedule],
        )


class Comparer:
    """Builds cases into programs and runs them."""

    def __init__(
        self,
        limits: Limits = Limits(),
        batch: int = BATCH,
        table: Sequence[Known] | None = None,
    ) -> None:
        """At most `batch` nests are built into a program, and run within the limits.

        `table` has the bugs that are known; None for all that are.
        """
        self._slots = Slots(limits.jobs)
        self._seconds = limits.seconds
        self._batch = batch
        self._known = known.table() if table is None else table

    def disagreements(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> Settled:
        """Runs the cases, and those again that disagree."""
        return self.settle(variant, self.suspects(variant, cases, step))

    def suspects(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> list[Disagreement]:
        """The cases that disagree when they are run once; calls `step` with each number done."""
        starts = range(0, len(cases), self._batch)
        parts = [cases[first : first + self._batch] for first in starts]
        found: list[Disagreement] = []
        runs = ahead(partial(self.run, [variant], part) for part in parts)
        for part, seen in zip(parts, runs):
            found += seen
            step(len(part))
        return found

    def run(
        self, variants: Sequence[Variant], cases: Sequence[Case], unwanted: threading.Event
    ) -> list[Disagreement]:
        """The cases that disagree when they are run once on each of the variants, as one program.

        Raises Unwanted soon after the event is set.
        """
        source = nests.pack([case.text for case in cases])
        numbers = range(len(cases))
        found: list[Disagreement] = []
        for variant in variants:
            with variant.build(source) as program:
                actual = program.run(numbers, self._slots, self._seconds, unwanted)
            seen = zip(cases, actual)
            found += [one for case, did in seen if (one := differs(case, variant, did))]
        return found

    def settle(self, variant: Variant, suspects: Sequence[Disagreement]) -> Settled:
        """What becomes of what disagreed once on a variant; what counts is named if it is known."""
        by_schedule = self.depending_on_schedule(suspects)
        certain = [one for one in suspects if one not in by_schedule]
        late = [one for one in certain if one.is_late]
        settled = self._settle(variant, [one for one in certain if not one.is_late])
        if late:
            settled += self._settle_late(variant, late)
        return settled + Settled(by_schedule=by_schedule)

    def depending_on_schedule(self, suspects: Sequence[Disagreement]) -> list[Disagreement]:
        """Those that behave alike under some schedules, but not under many."""
        expected = nests.expect([one.case.text for one in suspects], nests.MANY_SCHEDULES)
        return [
            one
            for one, said in zip(suspects, expected)
            if said is not None and said.not_compared == "schedule"
        ]

    def _settle_late(self, variant: Variant, late: Sequence[Disagreement]) -> Settled:
        """Gives much more time to what ran out of it: what only goes further then does not hang."""
        before = {one.case.text: one.actual for one in late}
        limits = Limits(self._slots.count, MUCH_LONGER * self._seconds)
        patient = Comparer(limits, self._batch, self._known)
        still = patient.suspects(variant, [one.case for one in late])
        slow = [one for one in still if one.is_late and goes_on(before[one.case.text], one)]
        rest = [one for one in still if one not in slow]
        return patient._settle(variant, rest) + Settled(slow=slow)

    def _settle(self, variant: Variant, suspects: Sequence[Disagreement]) -> Settled:
        steady, unsteady = self._confirm(variant, suspects)
        named = self._name_unsteady(variant, unsteady)
        known = [one for one in named if one.known is not None]
        return Settled(
            self.name_known(variant, steady) + known, [one for one in named if not one.known]
        )

    def _name_unsteady(
        self, variant: Variant, unsteady: Sequence[Disagreement]
    ) -> list[Disagreement]:
        """Names those that are often wrong, and never are without a known bug."""
        wrong = self._wrong(variant, unsteady, OFTEN, TRIES)
        often = [one for one in unsteady if one.case.text in wrong]
        named = {one.case.text: one for one in self.name_known(variant, often, TRIES)}
        return [named.get(one.case.text, one) for one in unsteady]

    def name_known(
        self, variant: Variant, found: Sequence[Disagreement], tries: int = 1
    ) -> list[Disagreement]:
        """Says of those that are known which they are: one bug of the table, or some that meet.

        Without these they have to be right in each of so many tries.
        """
        mine = [entry for entry in self._known if entry.is_in(variant)]
        mended = [entry for entry in mine if entry.mended(variant) is not None]
        named = list(found)
        for entry in mine:
            named = self._name(variant, [entry], named, tries)
        new = [one for one in named if one.known is None]
        if len(mended) > 1 and new:
            # What is wrong without any of them need not be tried without some.
            new = self._still_wrong(mended, variant, new, tries)
            for entries in _meetings(mended):
                named = self._name(variant, entries, named, tries, new)
        return named

    def _name(
        self,
        variant: Variant,
        entries: Sequence[Known],
        found: Sequence[Disagreement],
        tries: int,
        new: Sequence[Disagreement] = (),
    ) -> list[Disagreement]:
        """Names those that look like all entries, and are right without them where that can be had.

        Those that are `new` are none of them.
        """
        fitting = [
            one
            for one in found
            if one.known is None
            and one not in new
            and all(entry.looks_like(one.signature, one.case.text) for entry in entries)
        ]
        still = self._still_wrong(entries, variant, fitting, tries) if fitting else []
        name = " and ".join(entry.name for entry in entries)
        return [
            replace(one, known=name) if one in fitting and one not in still else one
            for one in found
        ]

    def _still_wrong(
        self,
        entries: Sequence[Known],
        variant: Variant,
        fitting: Sequence[Disagreement],
        tries: int,
    ) -> list[Disagreement]:
        """Those that are wrong without the bugs as well, once or more."""
        mended = variant
        for entry in entries:
            mended = entry.mended(mended) or mended
        if mended == variant:
            return []
        wrong = self._wrong(mended, fitting, 1, tries)
        return [one for one in fitting if one.case.text in wrong]

    def _wrong(
        self, variant: Variant, found: Sequence[Disagreement], enough: int, tries: int
    ) -> set[str]:
        """The nests that are wrong so many times in so many tries; each is tried until it is."""
        wrong: Counter[str] = Counter()
        for times in _rounds(tries):
            cases = [one.case for one in found if wrong[one.case.text] < enough]
            wrong.update(one.case.text for one in self.suspects(variant, cases * times))
        return {text for text, times in wrong.items() if times >= enough}

    def _confirm(
        self, variant: Variant, suspects: Sequence[Disagreement]
    ) -> tuple[list[Disagreement], list[Disagreement]]:
        """Runs suspects again: a schedule that the oracle has not seen is no finding."""
        if not suspects:
            return [], []
        source = nests.pack([one.case.text for one in suspects])
        numbers = CONFIRMATIONS * list(range(len(suspects)))
        with variant.build(source) as program:
            again = program.run(numbers, self._slots, self._seconds)
        agreeing = {
            number
            for number, did in zip(numbers, again)
            if not differs(suspects[number].case, variant, did)
        }
        steady = [one for number, one in enumerate(suspects) if number not in agreeing]
        return steady, [suspects[number] for number in sorted(agreeing)]


def differs(case: Case, variant: Variant, did: Behaviour) -> Disagreement | None:
    """The disagreement that a behaviour is, if it is one."""
    if agree(case.expected, did, variant.toolchain.release):
        return None
    return Disagreement(case, variant, did)


def goes_on(before: Behaviour, later: Disagreement) -> bool:
    """Whether a nest that is given more time traces more, and only what is expected."""
    expected, seen = later.case.expected["traces"], later.actual["traces"]
    begun = all(any(one == whole[: len(one)] for whole in expected) for one in seen)
    return begun and sum(map(len, seen)) > sum(map(len, before["traces"]))


def _rounds(tries: int) -> Iterator[int]:
    """So many tries in rounds, of which the first has one: most nests are wrong in each."""
    yield 1
    for first in range(1, tries, TRIES_AT_ONCE):
        yield min(TRIES_AT_ONCE, tries - first)


def _meetings(entries: Sequence[Known]) -> Iterator[tuple[Known, ...]]:
    """All choices of two and more of them, the smaller ones first."""
    for number in range(2, len(entries) + 1):
        yield from combinations(entries, number)


def cases_of(texts: Mapping[str, str], skipped: dict[str, int]) -> list[Case]:
    """The nests that are compared. Why others are not, "no nest" included, is counted in `skipped`."""
    cases: list[Case] = []
    for (name, text), one in zip(texts.items(), nests.expect(list(texts.values()))):
        why = "no nest" if one is None else one.not_compared
        if one is not None and why is None:
            cases.append(Case(name, text, one.behaviour))
        else:
            skipped[str(why)] = skipped.get(str(why), 0) + 1
    return cases
