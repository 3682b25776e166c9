"""`quake replay`: every nest on every design, clean and with each defect that it says it finds.

On a clean design a nest must do as the oracle says, and no check may fire; with a defect one must.
Of a nest that finds a defect nothing is expected on a clean design in which that cannot be switched
on: there it may be part of the design.
"""

import argparse
import asyncio
import json
import os
import sys
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

PATIENCE = 1.0  # seconds of work before there is anything to see of it
# Wider than any table: where nobody looks on, a line stays whole.
WIDTH = 10_000


@dataclass(frozen=True)
class Run:
    """A nest on a design, and what came of it."""

    file: str
    settings: Settings
    expected: str | None  # the verdict that it should have, if one
    report: Report

    @property
    def as_expected(self) -> bool:
        """Whether it has. No defect is meant to end run_nests itself: a check is to stop it."""
        return self.report.verdict in ([self.expected] if self.expected else ["ok", "violation"])

    @property
    def told(self) -> str:
        """In a word or two: "ok" or the check that fired."""
        word = str(self.report.violation["check"]) if self.report.violation else "ok"
        return word if self.as_expected else f"{word} (unexpected)"


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
    inventory = take_inventory(lister, arguments.paths or corpus()).only(arguments.design)
    runs = asyncio.run(run_all(runner, inventory))
    if arguments.json:
        print(json.dumps([document(run) for run in runs]))
    else:
        _print_report(inventory, runs)
    return Status.OK if all(run.as_expected for run in runs) else Status.FOUND


def corpus() -> list[str]:
    """The nests of the repository, named as from the working folder."""
    found = [os.path.relpath(path) for path in inputs.seeds()]
    if not found:
        raise QuakeError(Status.MISSING, "the corpus has no nests")
    return found


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
    batches = [Batch(runner, _settings(design), files) for design in inventory.designs]
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


def expectation(nest: Nest, settings: Settings, inventory: Inventory) -> str | None:
    """The verdict that the nest should have with these settings, if one."""
    if settings.defects:
        return "violation"
    present = {defect.slug for defect in inventory.defects if defect.design == settings.design}
    return "ok" if present.issuperset(nest.finds) else None


def document(run: Run) -> dict[str, Any]:
    """What --json prints of a run."""
    return {
        "file": run.file,
        "design": run.settings.design,
        "defects": list(run.settings.defects),
        "verdict": run.report.verdict,
        "expected": run.expected,
        "as_expected": run.as_expected,
        "violation": run.report.violation,
    }


def _print_report(inventory: Inventory, runs: Sequence[Run]) -> None:
    """The table, what is known of each surprise, and a line that sums up."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(_table(inventory, runs))
    unexpected = [run for run in runs if not run.as_expected]
    for run in unexpected:
        print(explanation(run))
    print(f"files: {len(inventory.nests)}, runs: {len(runs)}, unexpected: {len(unexpected)}")


def explanation(run: Run) -> str:
    """A surprise, and the command that shows it again."""
    if run.report.violation is None:
        what = f"{', '.join(run.settings.defects)} fires no check on {run.settings.design}"
        lines = [f"{run.file}: {what}"]
    else:
        lines = [f"{run.file}: {run.report.violation['signature']}"]
        lines.append(f"  {run.report.violation['message']}")
    return "\n".join([*lines, f"  {replay_command(run.settings, Path(run.file))}"])


def _table(inventory: Inventory, runs: Sequence[Run]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("file", *inventory.designs, "defects"):
        table.add_column(title, overflow="fold")
    by_file: dict[str, list[Run]] = {}
    for run in runs:
        by_file.setdefault(run.file, []).append(run)
    for nest in inventory.nests:
        table.add_row(*_cells(nest, inventory, by_file.get(nest.file, [])))
    return table


def _cells(nest: Nest, inventory: Inventory, runs: Sequence[Run]) -> list[Any]:
    """The file, its clean run on each design, and those with its defects."""
    from rich.text import Text

    clean = {run.settings.design: run for run in runs if not run.settings.defects}
    cells = [Text(nest.file), *(_told(clean[design]) for design in inventory.designs)]
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
    from rich.text import Text

    return Text(run.told, style="" if run.as_expected else "bold red")
