"""`quake sweep`: nests with a copy and a collection at each of their safepoints."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stackquake import inputs, repository
from stackquake.campaign.tools import build_tools
from stackquake.files import BUILD, require_writable, shown
from stackquake.findings import folder, known
from stackquake.findings.finding import Setup
from stackquake.jobs import build
from stackquake.jobs.designs import Inventory, take_inventory
from stackquake.jobs.interrupts import Interrupts
from stackquake.jobs.progress import Ticker
from stackquake.jobs.scratch import Scratch, open_scratch
from stackquake.poison import MODES
from stackquake.printable import json_name, printable
from stackquake.series import positive
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.sweep.keeping import TARGET, Found, Keeper, investigate_all
from stackquake.sweep.part import PROGRAM, Plan, Swept
from stackquake.sweep.sweeper import SOURCE, DesignSweep, sweep_all
from stackquake.tables import cell, print_table, table
from stackquake.verbs.places import add_places

# Of one nest on one design. At 2,000 runs a second they take a few minutes.
MOST_RUNS = 500_000

DESCRIPTION = """\
Tries every place of a nest at which its stack can be copied, and every place at which the collector
can run: on every design, one run for each safepoint with a copy there, and one with a collection.
Each run is checked as by `quake run`. The move= and gc= of the nest itself do not count.
"""

EPILOG = """\
A folder stands for all .go files below it. A nest with S safepoints has 1 + 2S runs. With --pairs
S(S-1)/2 runs with two copies come on top, and S*S runs with a copy and a collection.

Exit status: 0 no violation, 1 a violation that is not known, 2 bad usage, a file that is no nest,
or a nest that is left out because of --max-runs (the others are swept), 3 something is missing, did
not work, or could not be written.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    option = parser.add_argument
    option("paths", nargs="+", metavar="FILE", help="nests, and folders of nests")
    text = "sweep on this design only; repeatable (all designs)"
    option("--design", action="append", default=[], metavar="NAME", help=text)
    text = "switch a defect on, repeatable; only designs that have it are swept then"
    option("--defect", action="append", default=[], metavar="SLUG", help=text)
    text = "how dead memory is poisoned: none, fill, asan or protect (fill)"
    option("--poison", choices=MODES, default="fill", metavar="MODE", help=text)
    text = "also two copies, and a copy and a collection, at any two safepoints"
    option("--pairs", action="store_true", help=text)
    text = f"leave a nest out that has more runs on a design ({MOST_RUNS})"
    option("--max-runs", type=positive, default=MOST_RUNS, metavar="N", help=text)
    text = "stop after this time, and say what is not swept (no limit)"
    option("--seconds", type=float, metavar="N", help=text)
    text = "how many processes share the runs (all cores)"
    option("--workers", type=positive, metavar="N", help=text)
    add_places(parser)
    option("--json", action="store_true", help="print the report as one JSON document")


def main(arguments: argparse.Namespace) -> Status:
    """Builds the programs, and sweeps."""
    files = list(dict.fromkeys(inputs.list_nests(arguments.paths)))
    require_writable(arguments.out, "--out")
    preset = "fuzz" if arguments.poison == "asan" else "release"
    names = ["list_designs", PROGRAM, "run_nests"]
    build.ensure(preset, names, verbose=arguments.verbose)
    lister, program, runner = (build.program(preset, name) for name in names)
    inventory = take_inventory(lister, files)
    folder.repair(arguments.out)
    with open_scratch(BUILD / "campaigns") as scratch:
        sweeps = sweeps_of(arguments, inventory, program, runner, scratch)
        number = run(sweeps, arguments.seconds)
        found = [sweep.keeper for sweep in sweeps if sweep.keeper.found]
        if found and number is None:
            number = investigate(found, verbose=arguments.verbose)
    status = report(sweeps, inventory, arguments.json)
    if number is not None:
        print("quake: interrupted", file=sys.stderr)
        if status == Status.OK:
            raise SystemExit(128 + number)
    return status


def sweeps_of(
    arguments: argparse.Namespace,
    inventory: Inventory,
    program: Path,
    runner: Path,
    scratch: Scratch,
) -> list[DesignSweep]:
    """The sweep of each design."""
    files = [nest.file for nest in inventory.nests]
    version = repository.version()
    sweeps = []
    for design in designs_of(inventory, arguments.design, arguments.defect):
        settings = Settings(design, tuple(arguments.defect), arguments.poison)
        plan = Plan(
            program,
            settings,
            files,
            arguments.pairs,
            arguments.max_runs,
            arguments.workers or build.cores(),
        )
        setup = Setup(TARGET, version, settings, SOURCE)
        out, table_of_known = arguments.out.resolve(), known.table(arguments.known)
        sweeps.append(DesignSweep(plan, setup, runner, out, scratch, table_of_known))
    return sweeps


def designs_of(
    inventory: Inventory, names: Sequence[str], defects: Sequence[str]
) -> list[str]:
    """The designs of these names, or all, that have these defects."""
    for slug in defects:
        if slug not in {defect.slug for defect in inventory.defects}:
            message = f"no defect {slug}; `quake defects` lists them"
            raise QuakeError(Status.BAD_INPUT, message)
    chosen = inventory.only(names)
    switches = {(defect.slug, defect.design) for defect in chosen.defects}
    designs = [
        design.name
        for design in chosen.designs
        if all((slug, design.name) in switches for slug in defects)
    ]
    if not designs:
        message = f"no design that is named has {' and '.join(defects)} as a switch"
        raise QuakeError(Status.BAD_INPUT, message)
    return designs


def run(sweeps: Sequence[DesignSweep], seconds: float | None) -> int | None:
    """Sweeps until all is done or time is up; gives the signal that has ended it, if one has."""
    interrupts = Interrupts()
    with Ticker("sweeping") as ticker:

        def step() -> None:
            nests = [nest for sweep in sweeps for nest in sweep.nests]
            planned = sum(nest.done if nest.too_many else nest.runs for nest in nests)
            ticker.step(f"{sum(sweep.runs for sweep in sweeps):,}", f"{planned:,} runs")

        for sweep in sweeps:
            sweep.step = step
        asyncio.run(sweep_all(sweeps, interrupts, seconds))
    return interrupts.number


def investigate(keepers: Sequence[Keeper], *, verbose: bool) -> int | None:
    """Does with findings what a campaign does; gives the signal that has ended it, if one has."""
    interrupts = Interrupts()
    try:
        tools = build_tools(TARGET, verbose=verbose)
        asyncio.run(investigate_all(keepers, interrupts, tools))
    except QuakeError as error:
        keepers[0].problems.append(f"the findings are neither reduced nor replayed: {error}")
    except KeyboardInterrupt:
        return signal.SIGINT
    return interrupts.number


# ---- The report ----


def report(sweeps: Sequence[DesignSweep], inventory: Inventory, as_json: bool) -> Status:
    """Prints what has been swept and found, and tells the status that it makes."""
    if as_json:
        print(json.dumps(document(sweeps)))
    else:
        _print_report(sweeps)
    problems = [problem for sweep in sweeps for problem in sweep.keeper.problems]
    for problem in problems:
        print(f"quake: {problem}", file=sys.stderr)
    if problems:
        return Status.MISSING
    if any(sweep.keeper.new for sweep in sweeps):
        return Status.FOUND
    left_out = any(nest.too_many for sweep in sweeps for nest in sweep.nests)
    return Status.BAD_INPUT if inventory.refused or left_out else Status.OK


def document(sweeps: Sequence[DesignSweep]) -> dict[str, Any]:
    """What --json prints."""
    runs, seconds = totals(sweeps)
    found = [(sweep, one) for sweep in sweeps for one in sweep.keeper.found.values()]
    return {
        "nests": [
            {
                **json_name(nest.file),
                "design": sweep.plan.settings.design,
                "safepoints": nest.safepoints,
                "runs": nest.runs,
                "done": nest.done,
                "left_out": why_left_out(nest) or None,
            }
            for sweep in sweeps
            for nest in sweep.nests
        ],
        "findings": [_finding(sweep, one) for sweep, one in found],
        "runs": runs,
        "seconds": round(seconds, 3),
        "runs_per_second": round(rate(runs, seconds), 1),
        "whole": all(nest.is_whole for sweep in sweeps for nest in sweep.nests),
    }


def _finding(sweep: DesignSweep, found: Found) -> dict[str, Any]:
    finding = found.finding
    return {
        **json_name(found.shown.file),
        "design": sweep.plan.settings.design,
        "check": finding.violation.check,
        "signature": finding.violation.signature,
        "message": finding.violation.message,
        "run": found.shown.run,
        "move_at": list(found.shown.move_at),
        "gc_at": list(found.shown.gc_at),
        "times_seen": finding.times_seen,
        "known": finding.known,
        "finding": str(finding.file.parent) if finding.file else None,
    }


def _print_report(sweeps: Sequence[DesignSweep]) -> None:
    rows = table("design", "nests", "safepoints", "runs", "a second", "findings")
    for sweep in sweeps:
        findings = cell(str(len(sweep.keeper.found)), alarming=bool(sweep.keeper.new))
        counted = sum(nest.safepoints or 0 for nest in sweep.nests)
        figures = [len(sweep.nests), counted, sweep.runs, round(rate(sweep.runs, sweep.seconds))]
        rows.add_row(sweep.plan.settings.design, *(f"{one:,}" for one in figures), findings)
    print_table(rows)
    for sweep in sweeps:
        for one in sweep.keeper.found.values():
            print(told(sweep, one))
        for nest in sweep.nests:
            if why := why_left_out(nest):
                print(f"{printable(nest.file)} on {sweep.plan.settings.design}: {why}")
    runs, seconds = totals(sweeps)
    speed = f"{runs:,} in {seconds:.1f} s, {rate(runs, seconds):,.0f} a second"
    print(f"runs: {speed}; {verdict(sweeps)}")


def told(sweep: DesignSweep, found: Found) -> str:
    """A finding on a few lines."""
    finding = found.finding
    entry = f" ({finding.known})" if finding.known else ""
    times = f", {finding.times_seen} times" if finding.times_seen > 1 else ""
    lines = [
        f"{printable(finding.violation.signature)}{entry} on {sweep.plan.settings.design}{times}",
        f"  {printable(found.shown.file)}, {found.where}",
        f"  {printable(finding.violation.message)}",
    ]
    if finding.file is not None:
        lines.append(f"  {shown(finding.file.parent)}")
    return "\n".join(lines)


def why_left_out(nest: Swept) -> str:
    """Why not every run of a nest has been made; "" if all have."""
    if nest.too_many:
        return f"left out: it has {nest.runs:,} runs, more than --max-runs"
    if nest.given_up:
        return f"given up after {nest.done:,} of {nest.runs:,} runs: too many end their process"
    if not nest.is_whole:
        of = f"{nest.done:,} of {nest.runs:,} runs" if nest.safepoints is not None else "no run"
        return f"not swept wholly: {of} made"
    return ""


def verdict(sweeps: Sequence[DesignSweep]) -> str:
    """What the sweep says, in a few words."""
    findings = sum(len(sweep.keeper.found) for sweep in sweeps)
    nests = [nest for sweep in sweeps for nest in sweep.nests]
    left = sum(not nest.is_whole for nest in nests)
    words = f"findings: {findings}" if findings else "no violation"
    return words + (f"; not swept wholly: {left} of {len(nests)}" if left else "")


def totals(sweeps: Sequence[DesignSweep]) -> tuple[int, float]:
    """All runs, and the seconds that they took."""
    return sum(sweep.runs for sweep in sweeps), sum(sweep.seconds for sweep in sweeps)


def rate(runs: int, seconds: float) -> float:
    """Runs a second."""
    return runs / seconds if seconds > 0 else 0.0
