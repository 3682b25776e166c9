"""`quake trials --defects`: how soon our mutators find each defect, beside two simpler fuzzers.

Every trial begins with an empty corpus and ends with its first finding. Trials with the same seed
run one after another for all mutators: a machine that is busy for a while slows them all alike.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import build, comparison, fuzz, packages, repository, targets
from stackquake.designs import Inventory, take_inventory
from stackquake.files import BUILD, shown
from stackquake.findings import Settings
from stackquake.interrupts import Interrupts, until
from stackquake.ledger import Ledger
from stackquake.libfuzzer import MUTATORS
from stackquake.printable import command_line, printable
from stackquake.progress import Ticker
from stackquake.status import QuakeError, Status
from stackquake.tables import print_table
from stackquake.trial import Subject, Trial, run_trial


# For each defect and mutator, unless the user says otherwise. Picked, not measured: enough for the
# test of significance to see large differences, and all defects are done in a night.
TRIALS = 10
SECONDS = 60  # of processor time that a trial may take


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    target: str
    program: Path
    subjects: tuple[Subject, ...]
    mutators: tuple[str, ...]  # the first is compared with each of the others
    trials: int
    seconds: float  # of processor time, for each
    seed: int  # of the first trial; each further trial has the next one
    jobs: int
    version: str

    def in_order(self) -> list[Trial]:
        """All trials; those that are compared with each other stand together."""
        return [
            Trial(subject.name, mutator, self.seed + number)
            for number in range(self.trials)
            for subject in self.subjects
            for mutator in self.mutators
        ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument(
        "--defects",
        nargs="*",
        required=True,
        metavar="SLUG",
        help="try to find these defects of the design, or those that are built into"
        " designs of these names (all defects of the design)",
    )
    parser.add_argument("--target", default="goroutines", help="the fuzz target (%(default)s)")
    parser.add_argument("--design", default="go1.4", help="the design (%(default)s)")
    parser.add_argument(
        "--poison", choices=fuzz.POISONS, default="asan", help="what dead memory gets (%(default)s)"
    )
    parser.add_argument(
        "--mutators",
        type=_mutators,
        default="tree,bytes,generate",
        metavar="LIST",
        help="how new nests are made; the first is compared with each of the others (%(default)s)",
    )
    parser.add_argument(
        "--trials",
        type=fuzz.positive,
        default=TRIALS,
        help="for each defect and mutator (%(default)s)",
    )
    parser.add_argument(
        "--seconds",
        type=fuzz.positive,
        default=SECONDS,
        help="of processor time that a trial may take (%(default)s)",
    )
    parser.add_argument(
        "--seed", type=fuzz.positive, default=1, help="seed of the first trials (%(default)s)"
    )
    parser.add_argument(
        "--jobs", type=fuzz.positive, help="trials at a time (as many as there are cores)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where results go (build/trials/TIME)"
    )
    parser.add_argument("--resume", action="store_true", help="continue with the trials in --out")
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="one JSON document on standard output")
    formats.add_argument("--csv", action="store_true", help="comma-separated values instead")


def _mutators(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in MUTATORS:
            message = f"no mutator {name!r}; there is {', '.join(MUTATORS)}"
            raise argparse.ArgumentTypeError(message)
    return names


def main(arguments: argparse.Namespace) -> Status:
    """Builds the target, and does the trials."""
    if not targets.runs_nests(arguments.target):
        known = ", ".join(targets.NEST_TARGETS)
        message = f"no target {arguments.target!r} that runs nests; there is {known}"
        raise QuakeError(Status.BAD_INPUT, message)
    packages.ensure("trials")
    tools = fuzz.build_tools(arguments.target, verbose=arguments.verbose)
    inventory = take_inventory(tools.lister, [])
    return run(plan_of(arguments, tools.target, inventory), arguments)


def plan_of(arguments: argparse.Namespace, program: Path, inventory: Inventory) -> Plan:
    """The plan that the options describe."""
    return Plan(
        target=arguments.target,
        program=program,
        subjects=subjects_of(inventory, arguments.defects, arguments.design, arguments.poison),
        mutators=arguments.mutators,
        trials=arguments.trials,
        seconds=arguments.seconds,
        seed=arguments.seed,
        jobs=arguments.jobs or build.cores(),
        version=repository.version(),
    )


def subjects_of(
    inventory: Inventory, names: Sequence[str], design: str, poison: str
) -> tuple[Subject, ...]:
    """The named defects of a design and designs with built-in defects; no name is all defects."""
    switches = [defect for defect in inventory.only([design]).defects]
    known = {
        defect.slug: Subject(defect.slug, Settings(design, (defect.slug,), poison), defect.check)
        for defect in switches
    }
    everything = list(known)
    for old in inventory.designs:
        if old.built_in:
            known.setdefault(old.name, Subject(old.name, Settings(old.name, (), poison)))
    for name in names:
        if name not in known:
            message = f"no defect {name} of {design}, and no design with defects of that name"
            raise QuakeError(Status.BAD_INPUT, message)
    chosen = tuple(known[name] for name in dict.fromkeys(names or everything))
    if not chosen:
        raise QuakeError(Status.BAD_INPUT, f"{design} has no defects to switch on")
    return chosen


def run(plan: Plan, arguments: argparse.Namespace) -> Status:
    """Does the trials that have no result yet, and prints all results."""
    if arguments.resume and arguments.out is None:
        raise QuakeError(Status.BAD_INPUT, "--resume needs --out, the folder to continue in")
    folder = arguments.out or BUILD / "trials" / time.strftime("%Y%m%d-%H%M%S")
    ledger = Ledger(folder.resolve(), _common(plan, arguments.poison), resume=arguments.resume)
    finished = asyncio.run(_measure(plan, ledger))
    wanted = set(plan.in_order())
    results = [result for trial, result in ledger.results.items() if trial in wanted]
    rows = comparison.rows_of(plan.subjects, plan.mutators, results)
    if arguments.json:
        print(json.dumps(comparison.documents(rows)))
    elif arguments.csv:
        print(comparison.csv_text(rows), end="")
    else:
        print_table(comparison.filled_table(rows))
        for line in comparison.check_lines(rows):
            print(line)
        print(f"trials: {len(results)} of {len(wanted)}, in {ledger.shown}")
    for signature, times in comparison.unrelated(results).items():
        message = f"wrong without the defect too, in {times} of the trials: {signature}"
        print(f"quake: warning: {printable(message)}", file=sys.stderr)
    if not finished:
        options = command_line(["--resume", f"--out={shown(ledger.file.parent)}"])
        print(f"quake: interrupted; to continue, repeat it with {options}", file=sys.stderr)
    return Status.OK


def _common(plan: Plan, poison: str) -> dict[str, Any]:
    return {"target": plan.target, "poison": poison, "seconds": plan.seconds}


async def _measure(plan: Plan, ledger: Ledger) -> bool:
    """Does the trials that the ledger does not have; returns false when it was interrupted."""
    interrupts = Interrupts()
    interrupts.listen()
    _warn_of_other_versions(plan, ledger)
    work = asyncio.create_task(_do(plan, ledger))
    return await until(interrupts.first, work, None)


def _warn_of_other_versions(plan: Plan, ledger: Ledger) -> None:
    others = sorted({result.version for result in ledger.results.values()} - {plan.version})
    if others:
        message = f"some trials are of version {', '.join(others)}, those to come of {plan.version}"
        print(f"quake: warning: {message}", file=sys.stderr)


async def _do(plan: Plan, ledger: Ledger) -> None:
    trials = plan.in_order()
    waiting = [trial for trial in trials if trial not in ledger.results]
    waiting.reverse()
    settings = {subject.name: subject.settings for subject in plan.subjects}

    async def work() -> None:
        while waiting:
            trial = waiting.pop()
            search = fuzz.search_of(plan.target, trial.mutator)
            ledger.add(
                await run_trial(
                    plan.program,
                    settings[trial.subject],
                    search,
                    trial,
                    plan.seconds,
                    plan.version,
                )
            )
            ticker.step(str(len(trials) - len(waiting)), str(len(trials)))

    with Ticker("trials") as ticker:
        workers = [asyncio.create_task(work()) for _ in range(plan.jobs)]
        try:
            await asyncio.gather(*workers)
        finally:
            # Cancelled a second time, a worker would not wait for its process to end.
            for worker in workers:
                if not worker.cancelling():
                    worker.cancel()
            await asyncio.wait(workers)
