"""Runs nests on variants, and compares what they do with what the oracle expects."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from stackquake.go import known, nests
from stackquake.go.ahead import ahead
from stackquake.go.crash import Behaviour, agree, signature
from stackquake.go.known import Cure, Known
from stackquake.go.nests import Expected, Refused
from stackquake.go.program import Limits, Slots
from stackquake.go.variant import Variant

# Nests in one program. A build takes about a second, whatever the number of nests, so smaller
# programs cost more for each nest.
BATCH = 400

# A disagreement counts as steady only if this many further runs show it. A nest that is wrong in
# half of its runs passes for steady in one case of eight.
CONFIRMATIONS = 3

# A nest that ran out of time gets this many times more. A panic of a few dozen levels, with moves
# in each, takes some seconds in the slowest mode.
SLOW_RETRY_FACTOR = 4

# A nest that is wrong in at least OFTEN of TRIES runs, and in none of TRIES runs without a known
# bug, shows that bug. A nest that is wrong in 3 of 20 runs for another reason passes 20 runs by
# chance in fewer than one case of twenty (0.85 ** 20 is 0.04).
TRIES = 20
OFTEN = 3
TRIES_AT_ONCE = 5  # runs of a nest in one program; then only nests that need more are run again


@dataclass(frozen=True)
class Case:
    """A nest, and what the oracle expects of it."""

    name: str
    text: str
    expected: Behaviour
    events: tuple[str, ...] = ()  # that happen in it: see harness/oracle/events.def

    def can_end_on(self, variant: Variant) -> bool:
        """Whether a program of the variant ends where the nest does. Others are not compared."""
        kind = self.expected["outcome"]["kind"]
        return variant.mode.sees_deadlocks or kind not in ("deadlock", "goexit")


@dataclass(frozen=True)
class Disagreement:
    """A nest that behaves otherwise on a variant than the oracle expects."""

    case: Case
    variant: Variant
    actual: Behaviour
    known: str | None = None  # the name of the bug in known.json that causes it

    @property
    def is_late(self) -> bool:
        """Whether the nest ran out of time. With more time it may behave as expected."""
        return self.actual["outcome"]["kind"] == "fuel"

    @property
    def may_sleep(self) -> bool:
        """Whether main ends by a Goexit: real Go takes its time to see that nothing is left."""
        return bool(self.case.expected["outcome"]["kind"] == "goexit")

    @property
    def signature(self) -> str:
        """A text that is equal for equal causes, as far as behaviour alone shows the cause."""
        return signature(self.case.expected, self.actual, self.variant.toolchain.release)


@dataclass(frozen=True)
class Classified:
    """Nests that disagreed in one run, by what further runs show. Those that are right then are not
    in any list."""

    # Wrong in every further run, or often wrong but never without a known bug.
    steady: Sequence[Disagreement] = ()
    unsteady: Sequence[Disagreement] = ()  # wrong in some runs
    slow: Sequence[Disagreement] = ()  # as expected until their time was up
    by_schedule: Sequence[Disagreement] = ()  # their behaviour depends on the schedule

    def __add__(self, other: Classified) -> Classified:
        return Classified(
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
        """Builds at most `batch` nests into a program, and runs them within the limits.

        `table` has the bugs that count as known; None stands for all of known.json.
        """
        self.limits = limits
        self._slots = Slots(limits.jobs)
        self._seconds = limits.seconds
        self._batch = batch
        self._known = known.table() if table is None else table

    def disagreements(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> Classified:
        """Runs the cases once, and classifies those that disagree."""
        return self.classify(variant, self.suspects(variant, cases, step))

    def suspects(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> list[Disagreement]:
        """The cases that disagree in one run.

        Calls `step` after each program, with the number of its nests.
        """
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
        """The cases that disagree in one run on each of the variants. They become one program.

        Raises Unwanted soon after the event is set.
        """
        source = nests.pack([case.text for case in cases])
        found: list[Disagreement] = []
        for variant in variants:
            numbers = [number for number, case in enumerate(cases) if case.can_end_on(variant)]
            with variant.build(source) as program:
                actual = program.run(numbers, self._slots, self._seconds, unwanted)
            seen = zip((cases[number] for number in numbers), actual)
            found += [one for case, did in seen if (one := differs(case, variant, did))]
        return found

    def classify(self, variant: Variant, suspects: Sequence[Disagreement]) -> Classified:
        """Classifies nests that disagreed in one run on a variant, and names the known bugs."""
        by_schedule = self.depending_on_schedule(suspects)
        certain = without(suspects, texts_of(by_schedule))
        late = [one for one in certain if one.is_late]
        classified = self._classify(variant, [one for one in certain if not one.is_late])
        if late:
            classified += self._classify_late(variant, late)
        return classified + Classified(by_schedule=by_schedule)

    def depending_on_schedule(self, suspects: Sequence[Disagreement]) -> list[Disagreement]:
        """The nests that behave differently under some of MANY_SCHEDULES."""
        expected = nests.expect([one.case.text for one in suspects], nests.MANY_SCHEDULES)
        return [
            one
            for one, said in zip(suspects, expected)
            if isinstance(said, Expected) and said.not_compared == "schedule"
        ]

    def _classify_late(self, variant: Variant, late: Sequence[Disagreement]) -> Classified:
        """Runs nests that ran out of time with more time.

        A nest that gets further then, and does only what is expected, is slow; it does not hang.
        """
        before = {one.case.text: one.actual for one in late}
        patient = self._patient()
        still = patient.suspects(variant, [one.case for one in late])
        slow = [
            one for one in still if one.is_late and only_went_further(before[one.case.text], one)
        ]
        rest = without(still, texts_of(slow))
        return patient._classify(variant, rest) + Classified(slow=slow)

    def _patient(self) -> "Comparer":
        """A comparer that gives nests more time."""
        limits = Limits(self._slots.count, SLOW_RETRY_FACTOR * self._seconds)
        return Comparer(limits, self._batch, self._known)

    def _classify(self, variant: Variant, suspects: Sequence[Disagreement]) -> Classified:
        steady, unsteady = self._confirm(variant, suspects)
        named = self._name_unsteady(variant, unsteady)
        known = [one for one in named if one.known is not None]
        return Classified(
            self.name_known(variant, steady) + known, [one for one in named if not one.known]
        )

    def _name_unsteady(
        self, variant: Variant, unsteady: Sequence[Disagreement]
    ) -> list[Disagreement]:
        """Names the bugs of those that are often wrong, but never without a known bug."""
        wrong = self._wrong(variant, unsteady, OFTEN, TRIES)
        often = [one for one in unsteady if one.case.text in wrong]
        named = {one.case.text: one for one in self.name_known(variant, often, TRIES)}
        return [named.get(one.case.text, one) for one in unsteady]

    def name_known(
        self, variant: Variant, found: Sequence[Disagreement], tries: int = 1
    ) -> list[Disagreement]:
        """Names the known bugs that cause disagreements, alone or together.

        Without these bugs a nest has to behave as expected in each of so many tries.
        """
        mine = [entry for entry in self._known if entry.is_in(variant)]
        fitting = {one.case.text: _fitting(mine, one) for one in found}
        names = self._named(variant, mine, found, fitting, tries)
        hidden = self._hidden(variant, mine, without(found, names), fitting)
        hiding = [one for one in found if one.case.text in hidden]
        names |= self._named(variant, mine, hiding, hidden, tries)
        return [replace(one, known=names.get(one.case.text, one.known)) for one in found]

    def _hidden(
        self,
        variant: Variant,
        mine: Sequence[Known],
        found: Sequence[Disagreement],
        fitting: Mapping[str, Sequence[Known]],
    ) -> dict[str, list[Known]]:
        """By text the bugs that disagreements look like, and those that these hide.

        Where the runtime is mended, another outcome may be gone, and what is still wrong looks like
        another bug. Disagreements that hide none are left out.
        """
        mend = Cure(True)
        candidates = [one for one in found if mend in known.cures(fitting[one.case.text])]
        if not candidates:
            return {}
        every = {}
        for one in self.suspects(mend.cured(variant, mine), [one.case for one in candidates]):
            first = fitting[one.case.text]
            hidden = [entry for entry in _fitting(mine, one) if entry not in first]
            if hidden:
                every[one.case.text] = [*first, *hidden]
        return every

    def _named(
        self,
        variant: Variant,
        mine: Sequence[Known],
        found: Sequence[Disagreement],
        fitting: Mapping[str, Sequence[Known]],
        tries: int,
    ) -> dict[str, str]:
        """The names of the bugs by text, where a cure of those that fit is one."""
        # A bug without a cure is known by its looks.
        names = {
            text: entries[0].name
            for text, entries in fitting.items()
            if entries and not known.cures(entries)
        }
        tried = [variant]
        for cure in _in_order(map(known.cures, fitting.values())):
            cured = cure.cured(variant, mine)
            if cured in tried:
                continue
            tried.append(cured)
            candidates = [
                one
                for one in found
                if one.case.text not in names and cure in known.cures(fitting[one.case.text])
            ]
            wrong = self._wrong(cured, candidates, 1, tries)
            for text in texts_of(candidates) - wrong:
                names[text] = cure.name(fitting[text])
        return names

    def _wrong(
        self, variant: Variant, found: Sequence[Disagreement], enough: int, tries: int
    ) -> set[str]:
        """The texts of nests that are wrong in at least `enough` of so many tries.

        A try that ran out of time counts only if it does so with more time, too.
        """
        wrong: Counter[str] = Counter()
        for times in _rounds(tries):
            cases = [one.case for one in found if wrong[one.case.text] < enough]
            suspects = self.suspects(variant, cases * times)
            wrong.update(one.case.text for one in suspects if not one.is_late)
            if late := [one.case for one in suspects if one.is_late]:
                again = self._patient().suspects(variant, late)
                wrong.update(one.case.text for one in again)
        return {text for text, times in wrong.items() if times >= enough}

    def _confirm(
        self, variant: Variant, suspects: Sequence[Disagreement]
    ) -> tuple[list[Disagreement], list[Disagreement]]:
        """Runs suspects again, and gives the steady and the unsteady ones."""
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


def texts_of(several: Iterable[Disagreement]) -> set[str]:
    """The texts of their nests."""
    return {one.case.text for one in several}


def without(several: Iterable[Disagreement], texts: Collection[str]) -> list[Disagreement]:
    """Those whose nests have none of these texts."""
    return [one for one in several if one.case.text not in texts]


def same_outcome(one: Disagreement, other: Disagreement) -> bool:
    """Whether the outcomes disagree alike. Traces do not count: a smaller nest may trace less."""
    return one.signature.split(";")[0] == other.signature.split(";")[0]


def differs(case: Case, variant: Variant, did: Behaviour) -> Disagreement | None:
    """The disagreement, if the behaviour is not the expected one."""
    if agree(case.expected, did, variant.toolchain.release):
        return None
    return Disagreement(case, variant, did)


def only_went_further(before: Behaviour, later: Disagreement) -> bool:
    """Whether a nest that had more time traced more than before, and only what is expected."""
    expected, seen = later.case.expected["traces"], later.actual["traces"]
    begun = all(any(one == whole[: len(one)] for whole in expected) for one in seen)
    return begun and sum(map(len, seen)) > sum(map(len, before["traces"]))


def _fitting(entries: Iterable[Known], one: Disagreement) -> list[Known]:
    """The bugs that a disagreement looks like."""
    return [entry for entry in entries if entry.looks_like(one.signature, one.case.events)]


def _in_order(several: Iterable[Iterable[Cure]]) -> list[Cure]:
    """All cures, those first that take the fewest means."""
    every = dict.fromkeys(cure for some in several for cure in some)
    return sorted(every, key=lambda cure: (cure.has_mends + len(cure.flags), cure.flags))


def _rounds(tries: int) -> Iterator[int]:
    """Splits the tries into rounds. The first has one try, as most nests are wrong each time."""
    yield 1
    for first in range(1, tries, TRIES_AT_ONCE):
        yield min(TRIES_AT_ONCE, tries - first)


def cases_of(
    texts: Mapping[str, str], skipped: dict[str, list[str]], refused: dict[str, str] | None = None
) -> list[Case]:
    """The nests that are compared. Puts the names of others into `skipped`, by the reason.

    A text that is no nest is put into `refused`, by its name, with what is wrong with it; without
    `refused` it is put into `skipped` like the others.
    """
    cases: list[Case] = []
    for (name, text), one in zip(texts.items(), nests.expect(list(texts.values()))):
        match one:
            case Expected(behaviour, None, events):
                cases.append(Case(name, text, behaviour, events))
            case Refused(error) if refused is not None:
                refused[name] = error
            case _:
                why = "no nest" if isinstance(one, Refused) else str(one.not_compared)
                skipped.setdefault(why, []).append(name)
    return cases
