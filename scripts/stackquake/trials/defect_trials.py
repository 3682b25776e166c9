"""`quake trials --defects`: how soon our mutators find each defect, beside two simpler fuzzers.

Every trial begins with an empty corpus and ends with its first finding. Trials with the same seed
run one after another for all mutators: a machine that is busy for a while slows them all alike.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import packages, repository
from stackquake.campaign.tools import build_tools, search_of
from stackquake.jobs import build
from stackquake.jobs.designs import Inventory, take_inventory
from stackquake.printable import printable
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.tables import print_table
from stackquake.trials import comparison, measuring
from stackquake.trials.measuring import Measurement
from stackquake.trials.trial import Result, Sound, Subject, Trial, run_trial

# Unless the user says otherwise. The first is compared with each of the others.
MUTATORS = ("tree", "bytes", "generate")
# One mode for all trials, so that they can be held against earlier ones.
POISON = "asan"
# For each defect and mutator. Picked, not measured: enough for the test of significance to see
# large differences, and all defects are done in a night.
TRIALS = 10


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


def main(arguments: argparse.Namespace) -> Status:
    """Builds the target, and does the trials."""
    packages.ensure("trials")
    tools = build_tools(arguments.target, verbose=arguments.verbose)
    inventory = take_inventory(tools.lister, [])
    return run(plan_of(arguments, tools.target, inventory), arguments)


def plan_of(arguments: argparse.Namespace, program: Path, inventory: Inventory) -> Plan:
    """The plan that the options describe."""
    return Plan(
        target=arguments.target,
        program=program,
        subjects=subjects_of(
            inventory, arguments.defects, arguments.design, arguments.poison or POISON
        ),
        mutators=arguments.mutators or MUTATORS,
        trials=arguments.trials or TRIALS,
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
    ledger = measuring.open_ledger(arguments, _common(plan, arguments.poison or POISON))
    measurement = _measurement(plan)
    results, finished = measuring.measure(measurement, ledger)
    rows = comparison.rows_of(plan.subjects, plan.mutators, results)
    if arguments.json:
        print(json.dumps(comparison.documents(rows)))
    elif arguments.csv:
        print(comparison.csv_text(rows), end="")
    else:
        print_table(comparison.filled_table(rows))
        for line in comparison.check_lines(rows):
            print(line)
        print(f"trials: {len(results)} of {len(measurement.trials)}, in {ledger.shown}")
    for signature, times in comparison.unrelated(results).items():
        message = f"wrong without the defect too, in {times} of the trials: {signature}"
        print(f"quake: warning: {printable(message)}", file=sys.stderr)
    if not finished:
        measuring.tell_interrupted(ledger)
    return Status.OK


def _common(plan: Plan, poison: str) -> dict[str, Any]:
    return {"target": plan.target, "poison": poison, "seconds": plan.seconds}


def _measurement(plan: Plan) -> Measurement:
    settings = {subject.name: subject.settings for subject in plan.subjects}

    async def do(trial: Trial) -> Result:
        own = settings[trial.subject]
        sound = Sound(plan.program, own.without_defects()) if own.defects else None
        search = search_of(plan.target, trial.mutator)
        return await run_trial(
            plan.program, own, search, trial, plan.seconds, plan.version, sound
        )

    return Measurement(plan.in_order(), do, plan.jobs, plan.version)
