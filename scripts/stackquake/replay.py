"""`quake replay`: every nest on every design, clean and with each defect that it says it finds.

On a design as it is meant to be a nest must do as the oracle says, and no check may fire. With a
defect switched on, the check must fire that finds it. A design that has defects built in must be
found wrong by a nest that names one of them; of other nests nothing is expected there.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import build, inputs
from stackquake.batch import Batch, Report
from stackquake.designs import Inventory, Nest, take_inventory
from stackquake.findings import Settings, replay_command
from stackquake.progress import Ticker
from stackquake.status import QuakeError, Status
from stackquake.tables import cell, print_table, table

PATIENCE = 1.0  # seconds of work before there is anything to see of it


@dataclass(frozen=True)
class Expectation:
    """What should come of a run."""

    verdict: str | None = None  # None: any, as long as run_nests lives to give one
    check: str | None = None  # that fires, where it is known which
    defects: tuple[str, ...] = ()  # those to be found

    def met_by(self, report: Report) -> bool:
        """Whether it came. No defect is meant to end run_nests itself: a check is to stop it."""
        if report.verdict not in ([self.verdict] if self.verdict else ["ok", "violation"]):
            return False
        return self.check is None or check_of(report) == self.check


@dataclass(frozen=True)
class Run:
    """A nest on a design, and what came of it."""

    file: str
    settings: Settings
    expected: Expectation
    report: Report

    @property
    def as_expected(self) -> bool:
        """Whether that should come of it."""
        return self.expected.met_by(self.report)

    @property
    def told(self) -> str:
        """In a word or two: "ok" or the check that fired."""
        word = check_of(self.report) or "ok"
        return word if self.as_expected else f"{word} (unexpected)"


def check_of(report: Report) -> str | None:
    """The check that fired, if one did."""
    return str(report.violation["check"]) if report.violation else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="nests, and folders of them (the whole corpus)"
    )
    parser.add_argument(
        "--design",
        action="append",
        default=[],
        metavar="NAME",
        help="run on this design only; repeatable (all designs)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def main(arguments: argparse.Namespace) -> Status:
    """Builds what runs nests, and replays."""
    programs = ["list_designs", "run_nests"]
    build.ensure("release", programs, verbose=arguments.verbose)
    lister, runner = (build.program("release", name) for name in programs)
    return replay(arguments, lister, runner)


def replay(arguments: argparse.Namespace, lister: Path, runner: Path) -> Status:
    """Replays with these programs as list_designs and run_nests, and tells of it."""
    inventory = take_inventory(lister, arguments.paths or inputs.corpus()).only(arguments.design)
    runs = asyncio.run(run_all(runner, inventory))
    if arguments.json:
        print(json.dumps([document(run) for run in runs]))
    else:
        _print_report(inventory, runs)
    return Status.OK if all(run.as_expected for run in runs) else Status.FOUND


async def run_all(runner: Path, inventory: Inventory) -> list[Run]:
    """Runs everything that is to be run, on all cores. The runs of a nest stand together, clean ones first."""
    batches = batches_of(runner, inventory)
    free_cores = asyncio.Semaphore(build.cores())
    errors: list[QuakeError] = []
    with Ticker("replaying") as ticker:
        step = _stepper(ticker, sum(len(batch.files) for batch in batches))

        async def work(batch: Batch) -> None:
            async with free_cores:
                try:
                    if not errors:
                        await batch.run(step)
                except QuakeError as error:
                    errors.append(error)

        async with asyncio.TaskGroup() as group:
            for batch in batches:
                group.create_task(work(batch))
    if errors:
        raise errors[0]
    return _by_file(inventory, batches)


def batches_of(runner: Path, inventory: Inventory) -> list[Batch]:
    """A batch for each design, and for each defect that nests find: one process does them all."""
    files = [nest.file for nest in inventory.nests]
    batches = [Batch(runner, _settings(design.name), files) for design in inventory.designs]
    for defect in inventory.defects:
        named = [nest.file for nest in inventory.nests if defect.slug in nest.finds]
        batches.append(Batch(runner, _settings(defect.design, defect.slug), named))
    return [batch for batch in batches if batch.files]


def _settings(design: str, *defects: str) -> Settings:
    return Settings(design, defects, poison="fill")  # what run_nests does unless told otherwise


def _stepper(ticker: Ticker, total: int) -> Callable[[], None]:
    """Counts the runs, and shows the count when they take long."""
    begin = time.monotonic()
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if time.monotonic() - begin > PATIENCE:
            ticker.step(str(done), str(total))

    return step


def _by_file(inventory: Inventory, batches: Sequence[Batch]) -> list[Run]:
    nests = {nest.file: nest for nest in inventory.nests}
    runs: dict[str, list[Run]] = {file: [] for file in nests}
    for batch in batches:
        for file, report in zip(batch.files, batch.reports, strict=True):
            expected = expectation(nests[file], batch.settings, inventory)
            runs[file].append(Run(file, batch.settings, expected, report))
    return [run for file in nests for run in runs[file]]


def expectation(nest: Nest, settings: Settings, inventory: Inventory) -> Expectation:
    """What should come of the nest with these settings, which switch one defect on at most."""
    if settings.defects:
        [slug] = settings.defects
        return Expectation("violation", inventory.switch(slug, settings.design).check, (slug,))
    built_in = inventory.design(settings.design).built_in
    if not built_in:
        return Expectation("ok")
    # Which of a design's defects comes first, and so which check, is no matter of the nest alone.
    named = tuple(slug for slug in nest.finds if slug in built_in)
    return Expectation("violation" if named else None, defects=named)


def document(run: Run) -> dict[str, Any]:
    """What --json prints of a run."""
    return {
        "file": run.file,
        "design": run.settings.design,
        "defects": list(run.settings.defects),
        "verdict": run.report.verdict,
        "expected": run.expected.verdict,
        "expected_check": run.expected.check,
        "as_expected": run.as_expected,
        "violation": run.report.violation,
    }


def _print_report(inventory: Inventory, runs: Sequence[Run]) -> None:
    """The table, what is known of each surprise, and a line that sums up."""
    print_table(_table(inventory, runs))
    unexpected = [run for run in runs if not run.as_expected]
    for run in unexpected:
        print(explanation(run))
    print(f"files: {len(inventory.nests)}, runs: {len(runs)}, unexpected: {len(unexpected)}")


def explanation(run: Run) -> str:
    """A surprise, and the command that shows it again."""
    defects, design = ", ".join(run.expected.defects), run.settings.design
    lines = []
    if run.report.violation is None:
        lines.append(f"{run.file}: {defects} fires no check on {design}")
    else:
        lines.append(f"{run.file}: {run.report.violation['signature']}")
        lines.append(f"  {run.report.violation['message']}")
    if run.report.verdict == run.expected.verdict:
        lines.append(f"  {defects} is to be found by {run.expected.check} on {design}")
    return "\n".join([*lines, f"  {replay_command(run.settings, Path(run.file))}"])


def _table(inventory: Inventory, runs: Sequence[Run]) -> Any:
    rows = table("file", *(design.name for design in inventory.designs), "defects")
    by_file: dict[str, list[Run]] = {}
    for run in runs:
        by_file.setdefault(run.file, []).append(run)
    for nest in inventory.nests:
        rows.add_row(*_cells(nest, inventory, by_file.get(nest.file, [])))
    return rows


def _cells(nest: Nest, inventory: Inventory, runs: Sequence[Run]) -> list[Any]:
    """The file, its clean run on each design, and those with its defects."""
    from rich.text import Text

    clean = {run.settings.design: run for run in runs if not run.settings.defects}
    cells = [cell(nest.file), *(_told(clean[design.name]) for design in inventory.designs)]
    found = [_found(slug, runs) for slug in nest.finds]
    return [*cells, Text("; ").join(found)]


def _found(slug: str, runs: Sequence[Run]) -> Any:
    """What a defect did, on each design that has it."""
    from rich.text import Text

    told = [
        Text.assemble(f"{run.settings.design} ", _told(run))
        for run in runs
        if slug in run.settings.defects
    ]
    return Text.assemble(f"{slug}: ", Text(", ").join(told) if told else "not run")


def _told(run: Run) -> Any:
    return cell(run.told, alarming=not run.as_expected)
