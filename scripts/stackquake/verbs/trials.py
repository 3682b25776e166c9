"""`quake trials`: how soon fuzzing from an empty corpus finds mistakes.

With --defects the mistakes are defects of a design, and mutators are compared by them. With
--mutants they are planted in the sources, and the score says how many are found.
"""

import argparse
from pathlib import Path

from stackquake import poison, targets
from stackquake.jobs.libfuzzer import MUTATORS
from stackquake.series import positive
from stackquake.settings import DEFAULT_DESIGN
from stackquake.status import QuakeError, Status
from stackquake.trials import defect_trials, mutant_trials

SECONDS = 60  # of processor time that a trial may take


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    _add_subjects(parser)
    parser.add_argument("--target", default="goroutines", help="the fuzz target (%(default)s)")
    parser.add_argument("--design", default=DEFAULT_DESIGN, help="the design (%(default)s)")
    parser.add_argument(
        "--poison",
        choices=poison.CHOICES,
        help=f"what dead memory gets ({defect_trials.POISON}; with --mutants"
        f" {mutant_trials.POISON})",
    )
    parser.add_argument(
        "--mutators",
        type=_mutators,
        metavar="LIST",
        help="how new nests are made; the first is compared with each of the others"
        f" ({','.join(defect_trials.MUTATORS)}; with --mutants {','.join(mutant_trials.MUTATORS)})",
    )
    parser.add_argument(
        "--trials",
        type=positive,
        help=f"for each defect and mutator ({defect_trials.TRIALS}), or for each mutant"
        f" ({mutant_trials.TRIALS})",
    )
    parser.add_argument(
        "--seconds",
        type=positive,
        default=SECONDS,
        help="of processor time that a trial may take (%(default)s)",
    )
    parser.add_argument(
        "--seed", type=positive, default=1, help="seed of the first trials (%(default)s)"
    )
    parser.add_argument(
        "--jobs", type=positive, help="trials at a time (as many as there are cores)"
    )
    _add_results(parser)


def _add_subjects(parser: argparse.ArgumentParser) -> None:
    """What is to be found."""
    subjects = parser.add_mutually_exclusive_group(required=True)
    subjects.add_argument(
        "--defects",
        nargs="*",
        metavar="SLUG",
        help="try to find these defects of the design, or those that are built into designs of"
        " these names (all defects of the design)",
    )
    subjects.add_argument(
        "--mutants",
        nargs="*",
        metavar="NAME",
        help="try to find these mistakes of scripts/stackquake/trials/mutants/, each by itself"
        " (all)",
    )


def _add_results(parser: argparse.ArgumentParser) -> None:
    """Where the results go, and how they are printed."""
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
    """Builds what is needed, and does the trials."""
    if not targets.runs_nests(arguments.target):
        known = ", ".join(targets.NEST_TARGETS)
        message = f"no target {arguments.target!r} that runs nests; there is {known}"
        raise QuakeError(Status.BAD_INPUT, message)
    if arguments.mutants is not None:
        return mutant_trials.main(arguments)
    return defect_trials.main(arguments)
