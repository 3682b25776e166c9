"""What a comparison says of each design, in sentences, and by what these are decided.

A design is `right` if no check fired on any of its runs and it agrees with the others of its level.
A design with built-in defects must be found wrong. Whether a cost grows as it should is decided by
counts, which do not depend on the machine: by the steps, and by the frames that are visited.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from stackquake.compare import complexity
from stackquake.compare.measuring import MEMCPY
from stackquake.compare.noise import LEAST_ROUNDS, Difference, differences
from stackquake.compare.record import Contender, Operation, Record, Searched, place_of, places

# By which a complexity is decided.
COUNTS = ("steps", "frames_visited")


@dataclass(frozen=True)
class Growth:
    """How the cost of an operation grows on a contender."""

    operation: Operation
    counted: str | None  # by the counts; None for toolchains, whose work nobody counts
    timed: str | None  # by the times

    @property
    def decisive(self) -> str | None:
        """Counts where there are any, otherwise times."""
        return self.counted or self.timed

    @property
    def is_worse(self) -> bool:
        """Whether it grows faster than expected."""
        return complexity.is_worse(self.decisive, self.operation.complexity)


@dataclass(frozen=True)
class Verdict:
    """What is said of a design."""

    design: str
    is_right: bool  # as it should be: right, or wrong where it has built-in defects
    right: str
    found: str
    cost: str
    memory: str

    @property
    def lines(self) -> list[str]:
        """The sentences that there is something to say in."""
        return [line for line in (self.right, self.found, self.cost, self.memory) if line]


@dataclass
class Analysis:
    """A record, and what follows from it."""

    record: Record
    _growths: dict[tuple[str, str], Growth] = field(default_factory=dict)

    @property
    def contenders(self) -> list[str]:
        """What was measured: designs, then toolchains."""
        return [*(one.name for one in self.record.designs), *self.record.toolchains]

    @cached_property
    def differences(self) -> Mapping[str, Mapping[str, Difference]]:
        """By design and place: beside the baseline. All of them are decided together."""
        baseline = self.record.baseline
        pairs = {
            f"{design.name} {place}": (
                self.record.times(design.name, place),
                self.record.times(baseline, place),
            )
            for design in self.record.designs
            if design.name != baseline
            for _, _, place in places(self.record.operations)
        }
        found: dict[str, dict[str, Difference]] = {}
        for name, one in differences(pairs).items():
            design, place = name.split(" ")
            found.setdefault(design, {})[place] = one
        return found

    def median(self, contender: str, place: str) -> float | None:
        """Nanoseconds of an operation."""
        times = self.record.times(contender, place)
        return statistics.median(times) if times else None

    def count(self, design: str, place: str, name: str) -> float | None:
        """What one operation makes a design do; None if it was not measured."""
        counts = self.record.counts.get(design, {}).get(place)
        return counts.get(name) if counts is not None else None

    def growth(self, contender: str, operation: Operation) -> Growth:
        """How the cost of an operation grows with its size."""
        key = contender, operation.name
        if key not in self._growths:
            kinds = [self._counted(contender, operation, name) for name in COUNTS]
            counted = [kind for kind in kinds if kind is not None]
            worst = max(counted, key=lambda kind: complexity.RANKS[kind], default=None)
            self._growths[key] = Growth(operation, worst, self._timed(contender, operation))
        return self._growths[key]

    def _counted(self, contender: str, operation: Operation, name: str) -> str | None:
        sizes, costs = [], []
        for size in operation.sizes:
            count = self.count(contender, place_of(operation.name, size), name)
            if count is not None:
                sizes.append(size)
                costs.append(count)
        return complexity.fit(sizes, costs) if any(costs) else None

    def _timed(self, contender: str, operation: Operation) -> str | None:
        """What Google Benchmark has fitted in most rounds; for others a fit of the medians."""
        rounds = self.record.rounds
        fits = [one.fits.get(contender, {}).get(operation.name) for one in rounds]
        told = [kind for kind in fits if kind is not None]
        if told:
            return statistics.mode(told)
        pairs = [
            (size, median)
            for size in operation.sizes
            if (median := self.median(contender, place_of(operation.name, size))) is not None
        ]
        return complexity.fit([size for size, _ in pairs], [median for _, median in pairs])

    def times_memcpy(self, design: str, operation: Operation, size: int) -> float | None:
        """A copy beside a memcpy of as many words."""
        place = place_of(operation.name, size)
        ours, limit = self.median(design, place), self.median(MEMCPY, place)
        words = self.count(design, place, "words_copied")
        of_limit = self.count(MEMCPY, place, "words_copied")
        if not ours or not limit or not words or not of_limit:
            return None
        return ours / (limit * words / of_limit)

    def alone(self) -> dict[str, list[str]]:
        """The situations that one design alone has reached, by design, once all have run."""
        reached = {
            design: {name for name, count in counts.items() if count}
            for design, counts in self.record.situations.items()
        }
        if len(reached) < 2 or len(reached) < len(self.record.designs):
            return {}
        found = {}
        for design, names in reached.items():
            others = set().union(*(one for other, one in reached.items() if other != design))
            if own := sorted(names - others):
                found[design] = own
        return found

    # ---- Verdicts ----

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """One for each design."""
        return [
            Verdict(
                one.name,
                self.is_as_it_should(one),
                self._right(one),
                self._found(one),
                self._cost(one),
                self._memory(one),
            )
            for one in self.record.designs
        ]

    @property
    def is_as_expected(self) -> bool:
        """Whether all right designs are right, and all wrong ones were found wrong."""
        return all(one.is_right for one in self.verdicts)

    def wrong_runs(self, design: str) -> int:
        """The runs on which a check fired."""
        return sum(one.wrong for one in self.record.checked_on(design))

    def is_as_it_should(self, design: Contender) -> bool:
        """Right, or found wrong where it has built-in defects; not before anything was run."""
        if not self.record.checked_on(design.name):
            return True
        disagrees = any(design.name in one.behaviours for one in self.record.disagreements)
        is_wrong = self.wrong_runs(design.name) > 0 or disagrees
        return is_wrong != design.must_be_right

    def _right(self, design: Contender) -> str:
        checked = self.record.checked_on(design.name)
        if not checked:
            return "not checked"
        runs = sum(one.runs for one in checked)
        wrong = self.wrong_runs(design.name)
        if not wrong:
            if not design.must_be_right:
                return f"has built-in defects, which none of {runs:,} runs shows"
            if any(design.name in one.behaviours for one in self.record.disagreements):
                return f"disagrees with another design of its level, {design.level}"
            return f"right: no check fired in {runs:,} runs"
        checks = sorted({check for one in checked for check in one.checks})
        text = f"wrong: {', '.join(checks)} in {wrong:,} of {runs:,} runs"
        if design.must_be_right:
            return text
        return f"{text}, as expected of {len(design.built_in)} built-in defects"

    def _found(self, design: Contender) -> str:
        searched = [one for one in self.record.searched_on(design.name) if one.results]
        if not searched:
            return ""
        found = [one for one in searched if any(trial.found for trial in one.trials)]
        text = f"{len(found)} of {len(searched)} defects found"
        medians = [median for one in searched if (median := median_seconds(one)) is not None]
        if medians:
            text += f", the median in {statistics.median(medians):.2g} s"
        return text

    def _cost(self, design: Contender) -> str:
        if not self.record.rounds:
            return ""
        growths = [self.growth(design.name, one) for one in self.record.operations]
        worse = [
            f"{one.operation.name} grows as {one.decisive}, not {one.operation.complexity}"
            for one in growths
            if one.is_worse
        ]
        told = ["; ".join(worse) or "all costs grow as expected"]
        mine = self.differences.get(design.name)
        if mine and len(self.record.rounds) < LEAST_ROUNDS:
            told.append(f"{LEAST_ROUNDS} rounds are needed to tell times apart")
        elif mine:
            signs = [one.sign for one in mine.values()]
            shorter, longer = signs.count(-1), signs.count(1)
            alike = len(signs) - shorter - longer
            told.append(
                f"{shorter} operations are faster than on {self.record.baseline}, {longer} slower,"
                f" {alike} alike"
            )
        return "; ".join(told)

    def _memory(self, design: Contender) -> str:
        """The mean of all operations with deferred calls, whatever their sizes are."""
        counts = self.record.counts.get(design.name, {}).values()
        with_calls = [one for one in counts if one.get("deferred_calls")]
        if not with_calls:
            return ""
        share = statistics.mean(one["heap_records"] / one["deferred_calls"] for one in with_calls)
        text = f"{share:.0%} of the deferred calls have a record in the heap"
        records = sum(one["heap_records"] for one in with_calls)
        if records:
            size = sum(one["record_bytes"] for one in with_calls) / records
            text += f", of {size:.0f} bytes on the average"
        marks = [one for one in with_calls if one.get("runtime_records")]
        return text + ("; panics put further records on the list" if marks else "")


def median_seconds(one: Searched) -> float | None:
    """The median time of a defect's trials; None where fewer than half of them found it."""
    ranked = sorted(one.trials, key=lambda trial: (not trial.found, trial.seconds))
    if not ranked or not ranked[len(ranked) // 2].found:
        return None
    return statistics.median(trial.seconds for trial in ranked)
