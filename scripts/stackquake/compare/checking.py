"""Is it right? Nests on each design: the corpus, generated ones, a sweep, and all small ones.

A run is wrong if a check fires. The comparison with the oracle, at the level of the design, is one
of the checks. Designs of one level are also compared with each other, where the oracle has nothing
to say.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.compare.record import Checked, Disagreement, Example, Record
from stackquake.enumeration import chunk as chunks
from stackquake.files import shown
from stackquake.jobs.batch import Batch, Report
from stackquake.jobs.processes import run_bounded
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.sweep import part as sweeps
from stackquake.sweep.events import Marker

GENERATOR = "generate_nests"
GENERATED = "generated"  # the folder of what it makes
PROGRAMS = ("list_designs", "run_nests", GENERATOR, sweeps.PROGRAM, chunks.PROGRAM)

# That one nest may take. Right designs take milliseconds; wrong ones may hang.
NEST_SECONDS = 5.0
GENERATE_SECONDS = 600
# Of one nest in the sweep. Those of the corpus with more have loops, whose turns show the same.
MOST_RUNS = 1_000
# Nests of the enumeration in one process: about two seconds.
CHUNK = 5_000
# What a release build has. AddressSanitizer would find no more in right designs.
POISON = "fill"

EXAMPLES = 3  # of a part on one design: each further signature is counted only
DISAGREEMENTS = 5
# These end where steps or stack end, which differ from design to design.
BOUNDED = ("fuel", "overflow")


@dataclass(frozen=True)
class Programs:
    """The programs of the release build."""

    runner: Path
    generator: Path
    sweeper: Path
    enumerator: Path


@dataclass(frozen=True)
class Plan:
    """What to run on each design."""

    programs: Programs
    corpus: Sequence[str]
    generated: int
    size: int  # statements of the nests that are enumerated; -1 for no enumeration
    seed: int
    jobs: int
    scratch: Path


async def check(
    plan: Plan, record: Record, step: Callable[[str], None], done: Callable[[], None]
) -> None:
    """Runs all, and adds it to the record part by part; `done` is called after each.

    `step` is told what is in hand. No process outlives the call.
    """
    made = await _generate(plan)
    behaviours: dict[str, dict[str, str]] = {}
    free = asyncio.Semaphore(plan.jobs)

    async def run(design: str, part: str) -> None:
        async with free:
            step(f"{part} on {design}")
            checked = Checked(design, part)
            if part in ("corpus", "generated"):
                files = plan.corpus if part == "corpus" else made
                await _run_nests(plan, files, checked, record, behaviours)
            elif part == "sweep":
                await _sweep(plan, checked)
            else:
                await _enumerate(plan, checked)
            record.checked.append(checked)
            done()

    parts = ["corpus", "generated", "sweep", *(["enumeration"] if plan.size >= 0 else [])]
    await _all(run(one.name, part) for part in parts for one in record.designs)
    record.checked.sort(key=lambda one: parts.index(one.part))
    record.disagreements, record.compared_nests = disagreements(record, behaviours)
    done()


async def _all(work: Iterable[Any]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


# ---- Nests as they are ----


async def _generate(plan: Plan) -> list[str]:
    """Half of the nests have several goroutines."""
    folder = plan.scratch / GENERATED
    for number, options in enumerate(([], ["--goroutines"])):
        count = (plan.generated + 1 - number) // 2
        if count == 0:
            continue
        place = folder / ("goroutines" if options else "one-goroutine")
        place.mkdir(parents=True)
        words = [f"--seed={plan.seed}", f"--count={count}", f"--directory={place}", *options]
        command = [str(plan.programs.generator), *words]
        status, said = await run_bounded(command, GENERATE_SECONDS)
        if status != Status.OK:
            text = said.decode(errors="replace").strip()
            raise QuakeError(Status.MISSING, f"{GENERATOR} ended with {status}: {text}")
    return sorted(map(str, folder.rglob("*.go")))


async def _run_nests(
    plan: Plan,
    files: Sequence[str],
    checked: Checked,
    record: Record,
    behaviours: dict[str, dict[str, str]],
) -> None:
    settings = Settings(checked.design, (), POISON)
    batch = Batch(plan.programs.runner, settings, files, NEST_SECONDS, ["--situations"])
    await batch.run(lambda: None)
    checked.nests = checked.runs = len(files)
    counts = Counter(record.situations.get(checked.design, {}))
    for file, report in zip(batch.files, batch.reports, strict=True):
        counts.update(report.told.get("situations", {}))
        if report.violation is not None:
            _note(checked, report.violation, file, _text(file))
            checked.wrong += 1
        elif (behaviour := behaviour_of(report)) is not None:
            behaviours.setdefault(file, {})[checked.design] = behaviour
    record.situations[checked.design] = dict(counts)


def behaviour_of(report: Report) -> str | None:
    """How a nest behaved, in a line; None where that says nothing about other designs."""
    outcome = report.told.get("outcome", {})
    if not outcome or outcome["kind"] in BOUNDED:
        return None
    codes = [f"{one['code']}{' [recovered]' * one['recovered']}" for one in outcome["chain"]]
    return " ".join([outcome["kind"], *codes]) + f"; traces {json.dumps(report.told['traces'])}"


def disagreements(
    record: Record, behaviours: dict[str, dict[str, str]]
) -> tuple[list[Disagreement], int]:
    """The nests that right designs of one level run differently, and how many were compared.

    A behaviour with numbers of addresses in it may differ.
    """
    levels: dict[str, list[str]] = {}
    for design in record.designs:
        if design.must_be_right:
            levels.setdefault(design.level, []).append(design.name)
    found: list[Disagreement] = []
    compared = 0
    for file, of_file in behaviours.items():
        for level, names in levels.items():
            there = {name: of_file[name] for name in names if name in of_file}
            if len(there) < 2 or "addr(" in (text := _text(file)):
                continue
            compared += 1
            if len(set(there.values())) > 1:
                found.append(Disagreement(_name(file), level, there, text))
    return found[:DISAGREEMENTS], compared


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _name(file: str) -> str:
    """A nest of the corpus by its path, any other by its number."""
    path = Path(file)
    if path.parent.parent.name == GENERATED:
        return f"{path.stem}, {path.parent.name}"
    return shown(path) if path.is_absolute() else file


def _note(
    checked: Checked, violation: dict[str, Any], file: str, text: str | None, times: int = 1
) -> None:
    """Counts a check that fired, and keeps the first nests as examples."""
    check, signature = violation["check"], violation["signature"]
    checked.checks[check] = checked.checks.get(check, 0) + times
    if signature not in checked.examples and len(checked.examples) < EXAMPLES:
        checked.examples[signature] = Example(_name(file), violation["message"], text or "")


# ---- Every place ----


class _Watcher:
    """Counts what a sweep shows."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    async def shown(self, shown: sweeps.Shown) -> None:
        """Keeps it as an example; `seen` counts it, but for runs that end their process."""
        lost = shown.violation["check"] in ("crash", "timeout")
        _note(self._checked, shown.violation, shown.file, shown.nest, 1 if lost else 0)
        self._checked.wrong += lost

    def seen(self, signature: str, times: int) -> None:
        """As Watcher has it."""
        check = signature.partition(":")[0]
        self._checked.checks[check] = self._checked.checks.get(check, 0) + times
        self._checked.wrong += times

    def stepped(self) -> None:
        """As Watcher has it."""


async def _sweep(plan: Plan, checked: Checked) -> None:
    """A copy and a collection at each safepoint of the corpus."""
    files = list(plan.corpus)
    swept = [sweeps.Swept(file) for file in files]
    settings = Settings(checked.design, (), POISON)
    sweep = sweeps.Plan(
        plan.programs.sweeper, settings, files, most_runs=MOST_RUNS, seconds=NEST_SECONDS
    )
    marks = plan.scratch / f"{checked.design}-sweep"
    marks.mkdir()
    await sweeps.Part(sweep, 0, swept, _Watcher(checked), marks).run()
    checked.nests = sum(nest.is_whole for nest in swept)
    checked.left_out = len(swept) - checked.nests
    checked.runs = sum(nest.done for nest in swept)


async def _enumerate(plan: Plan, checked: Checked) -> None:
    """The same with every nest of a few statements."""
    settings = Settings(checked.design, (), POISON)
    programs = plan.programs
    small = chunks.Plan(programs.enumerator, programs.sweeper, settings, plan.size, NEST_SECONDS)
    end = sum(await chunks.sizes(programs.enumerator, plan.size))
    for first in range(0, end, CHUNK):
        marker = Marker(plan.scratch / f"{checked.design}-enumeration")
        last = min(first + CHUNK, end)
        done = await chunks.run_chunk(small, first, last, marker, lambda nests: None)
        checked.nests += done.nests
        checked.runs += done.runs
        checked.left_out += last - first - done.nests
        for wrong in done.wrong:
            _note(checked, wrong.shown.violation, wrong.shown.file, wrong.shown.nest, 0)
        lost = [one.shown for one in done.wrong if one.number in done.deaths]
        fired = [(name.partition(":")[0], times) for name, times in done.seen.items()]
        fired += [(one.violation["check"], 1) for one in lost]
        for check, times in fired:
            checked.checks[check] = checked.checks.get(check, 0) + times
            checked.wrong += times
