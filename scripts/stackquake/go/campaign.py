"""A campaign on real Go: batch after batch of new nests, on every variant.

While a batch runs, the next ones are made and built. A nest that disagrees is a *suspect*. Suspects
are not run again at once: that takes builds of its own, which cost the same for one nest as for
many. They wait until there are many, or until some batches have passed, and are then run together.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stackquake.files import shown
from stackquake.go.ahead import ahead
from stackquake.go.comparing import Case, Comparer, Disagreement, cases_of
from stackquake.go.findings import remove, store
from stackquake.go.making import Maker, origin_of
from stackquake.go.progress import Progress, Suspect, add
from stackquake.go.reducing import SECONDS as REDUCE_SECONDS, reduced
from stackquake.go.replays import reliability_of
from stackquake.go.shard import Shard
from stackquake.go.variant import Variant
from stackquake.printable import printable

# This many suspects are run again without waiting for more. About as many nests run in the time
# that their build takes.
SUSPECTS_AT_ONCE = 64

# Fewer suspects wait for one batch, then two, four, … and this many at most. On a sound toolchain
# the builds for them then take a small part of the time.
MAX_BATCHES_BETWEEN_LOOKS = 16

# Of the suspects of one batch that have one signature, this many are run again: MAX_ALIKE, or this
# share of the batch if that is more. A broken runtime has hundreds of them, and each may take all
# the time that a nest is allowed. The numbers are picked, not measured.
MAX_ALIKE = 12
MAX_ALIKE_SHARE = 0.03
# Instead of MAX_ALIKE for suspects that ran out of time, which are run with four times as much. Not
# for those that may only have slept: they take no processor time.
MAX_LATE = 2

UNSTEADY = "unsteady"  # the folder of nests that disagree in some runs
SLOW = "slow"  # the folder of nests that do not end within the longest time that they get


@dataclass(frozen=True)
class Plan:
    """How long a campaign lasts, and how many nests make a batch."""

    batch: int  # nests that are made at once
    # Ends after this many nests of the series, with those of earlier calls and of other shards.
    count: int | None = None
    seconds: float | None = None
    keep_going: bool = False  # after a finding


@dataclass(frozen=True)
class Ran:
    """A batch of new nests that has been run once."""

    count: int  # of nests made
    texts: Mapping[str, str]  # by name, of the nests that were worth running
    skipped: dict[str, int]  # how many were not compared, by reason
    cases: Sequence[Case]
    suspects: Sequence[Disagreement]


@dataclass(frozen=True)
class Unreduced:
    """A finding of this call whose nest is to be reduced when the search has ended."""

    one: Disagreement
    key: str  # in Progress.findings
    file: Path


class Campaign:
    """Writes each finding into `out` at once, and progress.json there after each batch."""

    def __init__(
        self,
        plan: Plan,
        variants: Sequence[Variant],
        comparer: Comparer,
        maker: Maker,
        progress: Progress,
        out: Path,
    ) -> None:
        self.progress = progress
        self.new: list[Path] = []  # findings of this call
        self._plan = plan
        self._variants = variants
        self._comparer = comparer
        self._maker = maker
        self._out = out
        self._shard = Shard.of(progress.shard)
        self._before = progress.seconds
        self._start = time.monotonic()
        self._unreduced: list[Unreduced] = []
        self._batches_waiting = 0  # since suspects were looked at
        self._patience = 1  # in batches

    def run(self) -> None:
        """Runs until the time or the count is up, or until the first finding."""
        with contextlib.closing(ahead(self._batches())) as results:
            for ran in results:
                self._take(ran)
                self._save()
                self._maker.remember(ran.texts.values())
                if self._is_time_to_look():
                    self._look_at_suspects()
                self._tell()
                if self._over():
                    break
        self._look_at_suspects()
        self._save()
        self._reduce_the_rest()

    def _over(self) -> bool:
        seconds = self._plan.seconds
        return (seconds is not None and self._elapsed() >= seconds) or (
            bool(self.new) and not self._plan.keep_going
        )

    def _elapsed(self) -> float:
        return time.monotonic() - self._start

    def _save(self) -> None:
        self.progress.seconds = round(self._before + self._elapsed(), 1)
        self.progress.save(self._out)

    # ---- Batches ----

    def _batches(self) -> Iterator[Callable[[threading.Event], Ran]]:
        """The batches that are left. They are asked for before the earlier ones are counted."""
        made = self.progress.generated
        total = None if self._plan.count is None else self._shard.share(self._plan.count)
        while total is None or made < total:
            count = self._plan.batch if total is None else min(self._plan.batch, total - made)
            numbers = self._shard.numbers(made, count)
            texts = self._maker.make(self.progress.seed, numbers)
            yield partial(self._run, count, texts)
            made += count

    def _run(self, count: int, texts: dict[str, str], unwanted: threading.Event) -> Ran:
        skipped: dict[str, list[str]] = {}
        cases = cases_of(texts, skipped)
        suspects = self._comparer.run(self._variants, cases, unwanted) if cases else []
        counts = {why: len(names) for why, names in skipped.items()}
        return Ran(count, texts, counts, cases, suspects)

    def _take(self, ran: Ran) -> None:
        progress = self.progress
        progress.generated += ran.count
        profiles = Counter(origin_of(name).profile for name in ran.texts)
        progress.profiles = add(progress.profiles, profiles)
        progress.outcomes = add(progress.outcomes, _kinds(ran.cases))
        progress.skipped = add(progress.skipped, ran.skipped)
        names = {
            variant.name: sum(case.can_end_on(variant) for case in ran.cases)
            for variant in self._variants
        }
        progress.compared = add(progress.compared, names)
        most = max(MAX_ALIKE, int(MAX_ALIKE_SHARE * len(ran.cases)))
        looked_at = _few(ran.suspects, most)
        progress.left_out += len(ran.suspects) - len(looked_at)
        for one in looked_at:
            now = round(self._before + self._elapsed(), 1)
            progress.waiting.append(Suspect.of(one, progress.generated, now))
        self._batches_waiting += 1

    def _tell(self) -> None:
        done = self.progress
        compared = sum(done.compared.values())
        findings = sum(one["known"] is None for one in done.findings.values())
        print(
            f"quake: {done.generated:,} nests, {compared:,} runs compared,"
            f" {self._before + self._elapsed():.0f} s, known: {sum(done.known.values())},"
            f" findings: {findings}, to be looked at: {len(done.waiting)}",
            file=sys.stderr,
            flush=True,
        )

    # ---- Suspects ----

    def _is_time_to_look(self) -> bool:
        waiting = len(self.progress.waiting)
        if waiting >= SUSPECTS_AT_ONCE:
            return True
        return waiting > 0 and self._batches_waiting >= self._patience

    def _look_at_suspects(self) -> None:
        """Runs the waiting suspects again; counts each as a finding, known, unsteady or slow."""
        self._batches_waiting = 0
        self._patience = min(2 * self._patience, MAX_BATCHES_BETWEEN_LOOKS)
        for variant in self._variants:
            waiting = [one for one in self.progress.waiting if one.variant == variant.name]
            if not waiting:
                continue
            when = {one.case.text: one for one in waiting}
            suspects = [one.on(variant) for one in waiting]
            classified = self._comparer.classify(variant, suspects)
            for one in classified.steady:
                self._judge(one, when[one.case.text])
            self.progress.unsteady += len(classified.unsteady)
            self.progress.slow += len(classified.slow)
            self._take_back(variant, len(classified.by_schedule))
            for folder, kept in ((UNSTEADY, classified.unsteady), (SLOW, classified.slow)):
                for one in kept:
                    self._store(one, one, _facts(when[one.case.text]), self._out / folder)
            others = [one for one in self.progress.waiting if one.variant != variant.name]
            self.progress.waiting = others
            self._save()

    def _take_back(self, variant: Variant, number: int) -> None:
        """Counts nests as not compared on a variant, since they depend on the schedule."""
        self.progress.compared[variant.name] -= number
        self.progress.skipped = add(self.progress.skipped, {"schedule": number})

    def _judge(self, one: Disagreement, when: Suspect) -> None:
        """Counts a disagreement, and stores the first one of its kind; a new kind is reduced."""
        if one.known is not None:
            self.progress.known = add(self.progress.known, {one.known: 1})
        key = f"{one.variant.name}: {one.known or one.signature}"
        by = {origin_of(when.case.name).profile: 1}
        if key in self.progress.findings:
            before = self.progress.findings[key]
            before["times"] += 1
            before["profiles"] = add(before.get("profiles", {}), by)
            return
        facts = {"times": 1, "profiles": by, "known": one.known, **_facts(when)}
        self.progress.findings[key] = facts
        # A broken runtime shows many kinds at once. Each is stored, but only the first is reduced.
        # A campaign that goes on reduces at its end, since some findings would take all its time.
        now = one.known is None and not self.new and not self._plan.keep_going
        smallest = reduced(self._comparer, one, REDUCE_SECONDS) if now else one
        file = self._store(smallest, one, facts, self._out)
        facts["file"] = file.parent.name
        if one.known is None:
            self.new.append(file)
            if self._plan.keep_going:
                self._unreduced.append(Unreduced(one, key, file))
            where = printable(shown(file))
            profile = f"of profile {facts['profile']}, {where}"
            print(f"{one.variant.name}: {smallest.signature}\n  {profile}", file=sys.stderr)

    def _reduce_the_rest(self) -> None:
        """Replaces what was found by smaller nests that show the same."""
        for unreduced in self._unreduced:
            smallest = reduced(self._comparer, unreduced.one, REDUCE_SECONDS)
            if smallest.case.text == unreduced.one.case.text:
                continue
            facts = self.progress.findings[unreduced.key]
            file = self._store(smallest, unreduced.one, facts, self._out)
            remove(unreduced.file)
            facts["file"] = file.parent.name
            self.new[self.new.index(unreduced.file)] = file
            self._save()

    def _store(
        self, one: Disagreement, original: Disagreement, facts: dict[str, Any], folder: Path
    ) -> Path:
        """Stores a disagreement, replayed by the command that its record names."""
        seen = reliability_of(one, self._comparer.limits, dict(one.variant.overlay))
        if not seen.reproduced:
            text = f"quake: {one.variant.name}: not seen again in {seen.replays} replays"
            print(text, file=sys.stderr)
        whole = {**facts, "seed": self.progress.seed}
        return store(one, original.case.text, whole, folder, seen)


def _few(suspects: Sequence[Disagreement], most: int) -> list[Disagreement]:
    """The first `most` of each signature on each variant; MAX_LATE where they ran out of time."""
    seen: Counter[tuple[str, str]] = Counter()
    kept: list[Disagreement] = []
    for one in suspects:
        kind = (one.variant.name, one.signature)
        seen[kind] += 1
        if seen[kind] <= (MAX_LATE if one.is_late and not one.may_sleep else most):
            kept.append(one)
    return kept


def _facts(when: Suspect) -> dict[str, Any]:
    """When a nest was found, and what it was made from."""
    origin = origin_of(when.case.name)
    made = {"profile": origin.profile, "number": origin.number}
    return {"nests": when.nests, "seconds": when.seconds, **made}


def _kinds(cases: Sequence[Case]) -> dict[str, int]:
    return Counter(case.expected["outcome"]["kind"] for case in cases)
