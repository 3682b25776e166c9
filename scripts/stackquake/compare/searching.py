"""How soon are its mistakes found? Trials with each defect that a design has as a switch.

A trial is a fuzzer that starts with an empty corpus, as in `quake trials`. Its result depends on
the fuzz target and the seed alone, as far as that is possible with times. So results are kept in a
cache by the target's content, and a second comparison on the same build makes none of them again.
Each result is a file, so any number of comparisons may use the cache at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stackquake.campaign.tools import search_of
from stackquake.compare.record import Record, Searched
from stackquake.files import BUILD, short_hash, write_atomically
from stackquake.settings import Settings
from stackquake.trials.trial import Result, Sound, Trial, result_of, run_trial

CACHE = BUILD / "compare" / "trials"
TARGET = "goroutines"  # as `quake trials` has it
MUTATOR = "tree"
POISON = "asan"
BUILT_IN = "built in"  # what stands for the defects that a design has without a switch


@dataclass(frozen=True)
class Plan:
    """The trials with each defect."""

    target: Path
    trials: int
    seconds: float  # of processor time, for each
    jobs: int
    version: str
    cache: Path  # a folder for this target alone


def plan_of(target: Path, trials: int, seconds: float, jobs: int, version: str) -> Plan:
    """With the cache that belongs to the target."""
    content = hashlib.sha1(target.read_bytes()).hexdigest()[:16]
    return Plan(target, trials, seconds, jobs, version, CACHE / content)


async def search(
    plan: Plan, record: Record, step: Callable[[str], None], done: Callable[[], None]
) -> None:
    """Makes the trials that are not in the cache, and adds all to the record.

    `done` is called after each trial that was made. No process outlives the call.
    """
    record.searched = subjects(record)
    waiting = [(one, seed) for seed in range(1, plan.trials + 1) for one in record.searched]
    for one, seed in waiting:
        if (known := cached(plan, one, seed)) is not None:
            one.results.append(known.document())
    waiting = [(one, seed) for one, seed in waiting if cached(plan, one, seed) is None]
    total = len(waiting)
    waiting.reverse()

    async def work() -> None:
        while waiting:
            one, seed = waiting.pop()
            step(f"trial {total - len(waiting)} of {total}: {one.defect} in {one.design}")
            result = await _try(plan, one, seed)
            keep(plan, one, seed, result)
            one.results.append(result.document())
            done()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(plan.jobs):
                group.create_task(work())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


def subjects(record: Record) -> list[Searched]:
    """The defects of each design, and the built-in ones of a design together."""
    found = []
    for design in record.designs:
        if design.built_in:
            found.append(Searched(design.name, BUILT_IN, ""))
        found += [Searched(design.name, slug, check) for slug, check in design.defects.items()]
    return found


async def _try(plan: Plan, one: Searched, seed: int) -> Result:
    defects = () if one.defect == BUILT_IN else (one.defect,)
    settings = Settings(one.design, defects, POISON)
    sound = Sound(plan.target, settings.without_defects()) if defects else None
    trial = Trial(f"{one.design}/{one.defect}", MUTATOR, seed)
    search_for = search_of(TARGET, MUTATOR)
    return await run_trial(
        plan.target, settings, search_for, trial, plan.seconds, plan.version, sound
    )


# ---- The cache ----


def _file(plan: Plan, one: Searched, seed: int) -> Path:
    key = json.dumps([one.design, one.defect, MUTATOR, POISON, plan.seconds, seed])
    return plan.cache / f"{one.design}-{seed}-{short_hash(key)}.json"


def cached(plan: Plan, one: Searched, seed: int) -> Result | None:
    """The result of an earlier comparison; None if there is none, or none that can be read."""
    try:
        text = _file(plan, one, seed).read_text(encoding="utf-8")
        return result_of(json.loads(text))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep(plan: Plan, one: Searched, seed: int, result: Result) -> None:
    """Writes a result, whole or not at all."""
    write_atomically(_file(plan, one, seed), json.dumps(result.document()) + "\n")
