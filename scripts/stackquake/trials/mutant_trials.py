"""`quake trials --mutants`: how many small mistakes in the runtime and the compiler are found.

Every trial builds a mutant and fuzzes it from an empty corpus, until the first finding. A finding
counts only if the sources without the mutant do not fail on its nest.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from stackquake import repository
from stackquake.campaign.tools import search_of
from stackquake.jobs import build
from stackquake.printable import printable
from stackquake.settings import Settings
from stackquake.status import Status
from stackquake.tables import print_table
from stackquake.trials import measuring, mutants, score
from stackquake.trials.measuring import Measurement
from stackquake.trials.mutant_builds import Copy, copies
from stackquake.trials.mutants import Mutant
from stackquake.trials.trial import Result, Sound, Trial, run_trial

# Unless the user says otherwise.
MUTATORS = ("tree",)
POISON = "mixed"  # as in a campaign
TRIALS = 1


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    target: str
    sound: Sound
    mutants: tuple[Mutant, ...]
    trials: tuple[Trial, ...]
    seconds: float  # of processor time, for each
    jobs: int
    version: str


def main(arguments: argparse.Namespace) -> Status:
    """Builds the target without a mutant, and does the trials."""
    chosen = mutants.chosen(arguments.mutants)
    program = f"fuzz_{arguments.target}"
    build.ensure("fuzz", [program], verbose=arguments.verbose)
    plan = plan_of(arguments, build.program("fuzz", program), chosen)
    with copies(plan.jobs) as found:
        return run(plan, arguments, found)


def plan_of(arguments: argparse.Namespace, program: Path, chosen: list[Mutant]) -> Plan:
    """The plan that the options describe."""
    trials = tuple(
        Trial(mutant.name, mutator, arguments.seed + number)
        for number in range(arguments.trials or TRIALS)
        for mutant in chosen
        for mutator in arguments.mutators or MUTATORS
    )
    return Plan(
        target=arguments.target,
        sound=Sound(program, Settings(arguments.design, (), arguments.poison or POISON)),
        mutants=tuple(chosen),
        trials=trials,
        seconds=arguments.seconds,
        jobs=min(arguments.jobs or build.cores(), len(trials)),
        version=repository.version(),
    )


def run(plan: Plan, arguments: argparse.Namespace, workshops: list[Copy]) -> Status:
    """Does the trials that have no result yet, and prints the score of all results."""
    settings = plan.sound.settings
    common = {"subjects": "mutants", "target": plan.target, "design": settings.design}
    common |= {"poison": settings.poison, "seconds": plan.seconds}
    ledger = measuring.open_ledger(arguments, common)
    results, finished = measuring.measure(_measurement(plan, workshops), ledger)
    tally = score.tally(plan.mutants, results)
    if arguments.json:
        print(json.dumps(tally.document()))
    elif arguments.csv:
        print(tally.csv_text(), end="")
    else:
        print_table(tally.filled_table())
        for line in tally.lines():
            print(line)
        print(f"trials: {len(results)} of {len(plan.trials)}, in {ledger.shown}")
    for warning in tally.warnings():
        print(f"quake: warning: {printable(warning)}", file=sys.stderr)
    if not finished:
        measuring.tell_interrupted(ledger)
    return Status.OK


def _measurement(plan: Plan, workshops: list[Copy]) -> Measurement:
    by_name = {mutant.name: mutant for mutant in plan.mutants}
    idle = list(workshops)

    async def do(trial: Trial) -> Result:
        copy = idle.pop()  # there are as many as jobs
        try:
            program = await copy.build(by_name[trial.subject], plan.target)
            search = search_of(plan.target, trial.mutator)
            settings = plan.sound.settings
            return await run_trial(
                program, settings, search, trial, plan.seconds, plan.version, plan.sound
            )
        finally:
            idle.append(copy)

    return Measurement(plan.trials, do, plan.jobs, plan.version)
