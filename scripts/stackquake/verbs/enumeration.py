"""`quake enumerate`: every small nest, with a copy and a collection at each of its safepoints."""

import argparse
import asyncio
import itertools
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import repository
from stackquake.enumeration import state as states
from stackquake.enumeration.chunk import LARGEST, PROGRAM, Plan, alphabet_of, sizes
from stackquake.enumeration.enumerator import SOURCE, Enumeration
from stackquake.enumeration.state import State
from stackquake.files import BUILD, require_writable, shown
from stackquake.findings import folder, known
from stackquake.findings.finding import Setup
from stackquake.findings.known import KnownFinding, name_of
from stackquake.jobs import build
from stackquake.jobs.designs import take_inventory
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.libfuzzer import Violation
from stackquake.jobs.progress import Ticker
from stackquake.jobs.scratch import open_scratch
from stackquake.poison import MODES
from stackquake.printable import printable
from stackquake.series import positive
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.sweep.keeping import TARGET
from stackquake.tables import print_table, table
from stackquake.verbs.places import add_places
from stackquake.verbs.sweep import investigate

STATES = BUILD / "enumerations"
COUNTED = 8  # statements, unless --size says otherwise

DESCRIPTION = """\
Makes every nest of at most K statements, of an alphabet of deferred calls, panics, recovers,
Goexits, calls, moves, growth and collections, and tries every place of each at which its stack can
be copied or the collector can run. What is found is found by the smallest nest there is.
"""

EPILOG = """\
An enumeration that ends early goes on where it was when the same command comes again, and one with
a larger K goes on behind it. --count only prints how many nests there are.

Exit status: 0 no violation, 1 a violation that is not known, 2 bad usage, 3 something is missing,
did not work, or could not be written.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    option = parser.add_argument
    option("--size", type=_size, metavar="K", help=f"statements of a nest, at most {LARGEST}")
    option("--count", action="store_true", help="print how many nests there are of each size")
    option("--design", metavar="NAME", help="run on this design (the first)")
    text = "switch a defect of the design on, repeatable"
    option("--defect", action="append", default=[], metavar="SLUG", help=text)
    text = "how dead memory is poisoned: none, fill, asan or protect (fill)"
    option("--poison", choices=MODES, default="fill", metavar="MODE", help=text)
    option("--stop", action="store_true", help="stop at the first nest that is wrong")
    text = "stop after this time; the same command goes on (no limit)"
    option("--seconds", type=float, metavar="N", help=text)
    text = "how many processes share the nests (all cores)"
    option("--workers", type=positive, metavar="N", help=text)
    text = f"the folder that knows how far enumerations have come ({shown(STATES)}/)"
    option("--state", type=Path, default=STATES, metavar="DIR", help=text)
    option("--fresh", action="store_true", help="begin with the first nest")
    add_places(parser)
    option("--json", action="store_true", help="print the report as one JSON document")


def _size(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError
    return number


@dataclass(frozen=True)
class Report:
    """What an enumeration has shown, in this command and in earlier ones."""

    enumeration: Enumeration
    known: Sequence[KnownFinding]

    @property
    def first(self) -> dict[str, int]:
        """The first nest of each signature, of the sizes that are asked for."""
        end = self.enumeration.end
        first = self.enumeration.state.first
        return {name: number for name, number in first.items() if number < end}

    def name_of_known(self, signature: str) -> str | None:
        """The name of the known finding with a signature."""
        violation = Violation(signature.partition(":")[0], signature, "", {})
        return name_of(self.known, violation, TARGET, self.enumeration.plan.settings)

    @property
    def is_new(self) -> bool:
        """Whether there is a finding that is not known."""
        return any(self.name_of_known(one) is None for one in self.first)


def main(arguments: argparse.Namespace) -> Status:
    """Builds the programs, and enumerates."""
    if arguments.count:
        return count(COUNTED if arguments.size is None else arguments.size, arguments)
    if arguments.size is None:
        message = "--size is missing; --count tells how many nests there are"
        raise QuakeError(Status.BAD_INPUT, message)
    require_writable(arguments.out, "--out")
    preset = "fuzz" if arguments.poison == "asan" else "release"
    names = ["list_designs", PROGRAM, "sweep_nests", "run_nests"]
    build.ensure(preset, names, verbose=arguments.verbose)
    lister, program, sweeper, runner = (build.program(preset, name) for name in names)
    settings = settings_of(arguments, lister)
    file = states.file_of(arguments.state, settings)
    folder.repair(arguments.out)
    with open_scratch(BUILD / "campaigns") as scratch, states.locked(file):
        plan = Plan(program, sweeper, settings, arguments.size)
        counted = asyncio.run(sizes(program, arguments.size))
        alphabet = asyncio.run(alphabet_of(plan))
        table_of_known = known.table(arguments.known)
        enumeration = Enumeration(
            plan,
            Setup(TARGET, repository.version(), settings, SOURCE),
            runner,
            arguments.out.resolve(),
            scratch,
            State() if arguments.fresh else states.read(file, settings, alphabet),
            file,
            alphabet,
            counted,
            arguments.workers or build.cores(),
            arguments.stop,
            table_of_known,
        )
        number = run(enumeration, arguments.seconds)
        if enumeration.keeper.found and number is None:
            number = investigate([enumeration.keeper], verbose=arguments.verbose)
    status = report(Report(enumeration, table_of_known), arguments.json)
    if number is not None:
        print("quake: interrupted", file=sys.stderr)
        if status == Status.OK:
            raise SystemExit(128 + number)
    return status


def settings_of(arguments: argparse.Namespace, lister: Path) -> Settings:
    """The settings that the options ask for. Raises QuakeError for what does not exist."""
    inventory = take_inventory(lister, [])
    names = [arguments.design] if arguments.design else []
    chosen = inventory.only(names)
    design = chosen.designs[0].name
    has = {defect.slug for defect in inventory.defects if defect.design == design}
    for slug in arguments.defect:
        if slug not in has:
            message = f"{design} has no defect {slug}; `quake defects` lists them"
            raise QuakeError(Status.BAD_INPUT, message)
    return Settings(design, tuple(arguments.defect), arguments.poison)


def run(enumeration: Enumeration, seconds: float | None) -> int | None:
    """Enumerates until all is done or time is up; gives the signal that has ended it, if any."""
    interrupts = Interrupts()

    async def work() -> None:
        interrupts.listen()
        await until(interrupts.first, asyncio.create_task(enumeration.run()), seconds)

    with Ticker("enumerating") as ticker:
        enumeration.step = lambda done: ticker.step(f"{done:,}", f"{enumeration.end:,} nests")
        asyncio.run(work())
    return interrupts.number


# ---- How many there are ----


def count(most: int, arguments: argparse.Namespace) -> Status:
    """Prints how many nests there are of each size."""
    build.ensure("release", [PROGRAM], verbose=arguments.verbose)
    counted = asyncio.run(sizes(build.program("release", PROGRAM), most))
    ups = list(itertools.accumulate(counted))
    if arguments.json:
        rows = [
            {"statements": size, "nests": nests, "up_to": up}
            for size, (nests, up) in enumerate(zip(counted, ups))
        ]
        print(json.dumps(rows))
        return Status.OK
    told = table("statements", "nests", "at most so many")
    for size, (nests, up) in enumerate(zip(counted, ups)):
        told.add_row(str(size), f"{nests:,}", f"{up:,}")
    print_table(told)
    return Status.OK


# ---- The report ----


def report(told: Report, as_json: bool) -> Status:
    """Prints what has been enumerated and found, and tells the status that it makes."""
    if as_json:
        print(json.dumps(document(told)))
    else:
        print("\n".join(lines(told)))
    problems = told.enumeration.keeper.problems
    for problem in problems:
        print(f"quake: {problem}", file=sys.stderr)
    if problems:
        return Status.MISSING
    return Status.FOUND if told.is_new else Status.OK


def document(told: Report) -> dict[str, Any]:
    """What --json prints."""
    enumeration, state = told.enumeration, told.enumeration.state
    settings, totals = enumeration.plan.settings, enumeration.totals
    return {
        "design": settings.design,
        "defects": list(settings.defects),
        "poison": settings.poison,
        "statements": enumeration.plan.size,
        "nests": enumeration.end,
        "done": min(state.next, enumeration.end),
        "whole_statements": enumeration.whole_statements,
        "next_size_ends": enumeration.next_size_ends,
        "whole": enumeration.is_whole and not state.deaths,
        "safepoints": totals.safepoints,
        "points": totals.points,
        "runs": totals.runs,
        "seconds": round(state.seconds, 3),
        "runs_per_second": round(_rate(told), 1),
        "left_out": state.deaths,
        "findings": [_finding(told, signature) for signature in sorted(told.first)],
        "versions": state.versions,
    }


def _finding(told: Report, signature: str) -> dict[str, Any]:
    state = told.enumeration.state
    found = told.enumeration.keeper.found.get(signature)
    file = found.finding.file if found is not None else None
    return {
        "signature": signature,
        "number": told.first[signature],
        "statements": told.enumeration.statements_of(told.first[signature]),
        "times_seen": state.seen.get(signature, 1),
        "known": told.name_of_known(signature),
        "finding": str(file.parent) if file is not None else None,
    }


def lines(told: Report) -> list[str]:
    """The report for people."""
    state = told.enumeration.state
    texts = []
    for signature in sorted(told.first, key=lambda one: told.first[one]):
        one = _finding(told, signature)
        entry = f" ({one['known']})" if one["known"] else ""
        texts.append(f"{printable(signature)}{entry}, {one['times_seen']:,} times")
        texts.append(f"  first by nest {one['number']:,}, of {one['statements']} statements")
        if one["finding"]:
            texts.append(f"  {shown(Path(one['finding']))}")
    done = min(state.next, told.enumeration.end)
    if left_out := done - told.enumeration.totals.nests:
        texts.append(f"left out, since nests end their process: {left_out:,} nests")
    runs = sum(one.runs for one in state.totals)
    speed = f"{state.seconds:,.1f} s, {_rate(told):,.0f} a second"
    texts.append(f"{runs:,} runs in {speed}, by {' and '.join(state.versions) or 'none'}")
    return [*texts, sentence(told)]


def sentence(told: Report) -> str:
    """What is proved, or how far the proof is."""
    enumeration, state = told.enumeration, told.enumeration.state
    settings = enumeration.plan.settings
    done = min(state.next, enumeration.end)
    left_out = done - enumeration.totals.nests
    count_of = "All" if enumeration.is_whole and not left_out else f"{done - left_out:,} of the"
    what = f"{count_of} {enumeration.end:,} nests of at most {enumeration.plan.size} statements"
    on = " with ".join([settings.design, *settings.defects])
    if told.first:
        verdict = f"{len(told.first)} signatures" if len(told.first) > 1 else "1 signature"
    else:
        verdict = "no violation"
    points = f"at all {enumeration.totals.points:,} copy and collection points"
    return f"{what}, {points}, on {on}: {verdict}."


def _rate(told: Report) -> float:
    """Runs a second, of all that the state has."""
    state = told.enumeration.state
    runs = sum(one.runs for one in state.totals)
    return runs / state.seconds if state.seconds > 0 else 0.0
