"""`quake replay`: every nest on every design, clean and with each defect that it says it finds.

On a design without defects a nest must do as the oracle says, and no check may fire. With a defect
switched on, the check that finds this defect must fire. A design with built-in defects must be
found wrong by a nest that names one of them. A nest that names none of them may do anything there
but crash or hang. `crash` and `timeout` always count as unexpected.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import inputs
from stackquake.findings.finding import replay_command
from stackquake.jobs import build
from stackquake.jobs.batch import Batch, Report
from stackquake.jobs.designs import Inventory, Nest, take_inventory
from stackquake.jobs.interrupts import interruptible
from stackquake.jobs.progress import Ticker
from stackquake.printable import json_name, printable
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.tables import cell, print_table, table

# Work that is shorter shows no progress. People wait for about a second without wondering.
QUIET_SECONDS = 1.0

DESCRIPTION = (
    "Runs nests on every design, clean and with the defects that they say they find. Prints a line"
    " for each folder, and each run that did not go as expected with the command that shows it"
    " again; --all prints a line for each nest. A folder stands for all .go files below it; folders"
    " with a file .not-nests are skipped. Exit status: 1 when a run is unexpected, otherwise 2 when"
    " a file is no nest (the others run)."
)


@dataclass(frozen=True)
class Expectation:
    """What a run should report."""

    verdict: str | None = None  # None: "ok" and "violation" are both as expected
    check: str | None = None  # the check that should fire, where only one may
    defects: tuple[str, ...] = ()  # the defects that should be found

    def met_by(self, report: Report) -> bool:
        """Whether the report is as expected. A crash never is, not even one caused by a defect."""
        if report.verdict not in ([self.verdict] if self.verdict else ["ok", "violation"]):
            return False
        return self.check is None or check_of(report) == self.check


@dataclass(frozen=True)
class Run:
    """A nest on a design: what was expected, and what run_nests reported."""

    file: str
    settings: Settings
    expected: Expectation
    report: Report

    @property
    def as_expected(self) -> bool:
        """Whether the report is the expected one."""
        return self.expected.met_by(self.report)

    @property
    def summary(self) -> str:
        """In a word or two: "ok" or the check that fired."""
        word = check_of(self.report) or "ok"
        return word if self.as_expected else f"{word} (unexpected)"


def check_of(report: Report) -> str | None:
    """The check that fired, if one did."""
    return str(report.violation["check"]) if report.violation else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.description = DESCRIPTION
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="nests, and folders of nests (the whole corpus)"
    )
    parser.add_argument(
        "--design",
        action="append",
        default=[],
        metavar="NAME",
        help="run on this design only; repeatable (all designs)",
    )
    parser.add_argument("--all", action="store_true", help="print a line for each nest")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document with every run instead"
    )


def main(arguments: argparse.Namespace) -> Status:
    """Builds the programs that list and run nests, and replays."""
    programs = ["list_designs", "run_nests"]
    build.ensure("release", programs, verbose=arguments.verbose)
    lister, runner = (build.program("release", name) for name in programs)
    return replay(arguments, lister, runner)


def replay(arguments: argparse.Namespace, lister: Path, runner: Path) -> Status:
    """Replays with these programs as list_designs and run_nests, and prints the report."""
    files = inputs.list_nests(arguments.paths) if arguments.paths else inputs.corpus()
    inventory = take_inventory(lister, files).only(arguments.design)
    runs = interruptible(run_all(runner, inventory))
    if arguments.json:
        print(json.dumps([document(run) for run in runs]))
    else:
        _print_report(inventory, runs, arguments.all)
    if not all(run.as_expected for run in runs):
        return Status.FOUND
    return Status.BAD_INPUT if inventory.refused else Status.OK


async def run_all(runner: Path, inventory: Inventory) -> list[Run]:
    """Runs all nests on all designs, on all cores.

    In the result the runs of a nest stand together, clean ones first.
    """
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
    """A batch for each design without a switched-on defect, and one for each defect."""
    files = [nest.file for nest in inventory.nests]
    batches = [Batch(runner, _settings(design.name), files) for design in inventory.designs]
    for defect in inventory.defects:
        named = [nest.file for nest in inventory.nests if defect.slug in nest.finds]
        batches.append(Batch(runner, _settings(defect.design, defect.slug), named))
    return [batch for batch in batches if batch.files]


def _settings(design: str, *defects: str) -> Settings:
    return Settings(design, defects, poison="fill")  # the default of run_nests


def _stepper(ticker: Ticker, total: int) -> Callable[[], None]:
    """Counts the runs, and shows the count when they take long."""
    begin = time.monotonic()
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if time.monotonic() - begin > QUIET_SECONDS:
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
    """What the nest should do with these settings, which switch at most one defect on."""
    if settings.defects:
        [slug] = settings.defects
        return Expectation("violation", inventory.switch(slug, settings.design).check, (slug,))
    built_in = inventory.design(settings.design).built_in
    if not built_in:
        return Expectation("ok")
    # Which of the design's defects shows first decides which check fires, so any check will do.
    named = tuple(slug for slug in nest.finds if slug in built_in)
    return Expectation("violation" if named else None, defects=named)


def document(run: Run) -> dict[str, Any]:
    """What --json prints of a run."""
    return {
        **json_name(run.file),
        "design": run.settings.design,
        "defects": list(run.settings.defects),
        "verdict": run.report.verdict,
        "expected": run.expected.verdict,
        "expected_check": run.expected.check,
        "as_expected": run.as_expected,
        "violation": run.report.violation,
    }


def _print_report(inventory: Inventory, runs: Sequence[Run], every_nest: bool) -> None:
    """A table, an explanation for each unexpected run, and the totals."""
    if inventory.nests:
        print_table(_nests_table(inventory, runs) if every_nest else _folders_table(runs))
    unexpected = [run for run in runs if not run.as_expected]
    for run in unexpected:
        print(explanation(run))
    totals = f"files: {len(inventory.nests)}, runs: {len(runs)}, unexpected: {len(unexpected)}"
    print(totals + (f", no nests: {len(inventory.refused)}" if inventory.refused else ""))


def explanation(run: Run) -> str:
    """An unexpected run, and the command that shows it again."""
    defects, design = ", ".join(run.expected.defects), run.settings.design
    file = printable(run.file)
    lines = []
    if run.report.violation is None:
        lines.append(f"{file}: no check finds {defects} on {design}")
    else:
        lines.append(f"{file}: {printable(run.report.violation['signature'])}")
        lines.append(f"  {printable(run.report.violation['message'])}")
    if run.report.verdict == run.expected.verdict:
        lines.append(f"  {run.expected.check} should find {defects} on {design}")
    return "\n".join([*lines, f"  {replay_command(run.settings, Path(run.file))}"])


def _folders_table(runs: Sequence[Run]) -> Any:
    """A row for each folder, in the order in which the nests came."""
    rows = table("folder", "nests", "runs", "unexpected")
    by_folder: dict[str, list[Run]] = {}
    for run in runs:
        by_folder.setdefault(os.path.dirname(run.file) or ".", []).append(run)
    for folder, inside in by_folder.items():
        unexpected = sum(not run.as_expected for run in inside)
        nests = len({run.file for run in inside})
        alarm = cell(str(unexpected), alarming=unexpected > 0)
        rows.add_row(cell(folder), str(nests), str(len(inside)), alarm)
    return rows


def _nests_table(inventory: Inventory, runs: Sequence[Run]) -> Any:
    """A row for each nest."""
    rows = table("file", "clean", "defects")
    by_file: dict[str, list[Run]] = {}
    for run in runs:
        by_file.setdefault(run.file, []).append(run)
    for nest in inventory.nests:
        of_nest = by_file.get(nest.file, [])
        found = [_found(slug, of_nest) for slug in nest.finds]
        rows.add_row(cell(nest.file), _clean(of_nest), _joined("; ", found))
    return rows


def _clean(runs: Sequence[Run]) -> Any:
    """"ok" where all runs without a defect were, else also the designs on which a check fired."""
    clean = [run for run in runs if not run.settings.defects]
    others = [run for run in clean if run.summary != "ok"]
    told = [cell("ok")] if len(others) < len(clean) else []
    return _joined(", ", [*told, *map(_on_design, others)])


def _found(slug: str, runs: Sequence[Run]) -> Any:
    """Which check found a defect, on each design that has it."""
    from rich.text import Text

    told = [_on_design(run) for run in runs if slug in run.settings.defects]
    return Text.assemble(f"{slug}: ", _joined(", ", told) if told else "not run")


def _on_design(run: Run) -> Any:
    from rich.text import Text

    return Text.assemble(
        f"{run.settings.design} ", cell(run.summary, alarming=not run.as_expected)
    )


def _joined(separator: str, texts: Sequence[Any]) -> Any:
    from rich.text import Text

    return Text(separator).join(texts)
