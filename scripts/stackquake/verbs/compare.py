"""`quake compare`: whether designs are right, how soon that is found, and what they cost."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from stackquake import packages, repository
from stackquake.compare import against, checking, comparing, measuring, searching, text
from stackquake.compare.record import Record, read
from stackquake.compare.verdicts import Analysis
from stackquake.files import BUILD, reason_of, require_writable, shown, write_atomically
from stackquake.jobs import build
from stackquake.jobs.children import CHILDREN
from stackquake.jobs.designs import take_inventory
from stackquake.jobs.interrupts import interruptible
from stackquake.jobs.scratch import open_scratch
from stackquake.series import positive
from stackquake.status import QuakeError, Status

RECORDS = BUILD / "compare"

# With these a comparison of nine designs and eight toolchains takes ten minutes on two cores, once
# the results of trials are in the cache.
GENERATED = 5_000
SIZE = 4
ROUNDS = 10
TRIALS = 3
SECONDS = 10

DESCRIPTION = """\
Compares designs: whether they are right, how soon fuzzing finds each defect that they can have, and
what each operation costs, beside the same operations on the Go toolchains that are installed.
"""

EPILOG = """\
What is known so far is written to --save after each part. Ctrl-C ends the comparison, and the
report is made of what there is. Results of trials are kept for the next comparison on the same
build.

Exit status: 0 all designs are as they should be, 1 one is not, 2 bad usage, 3 something is missing,
did not work, or could not be written.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    option = parser.add_argument
    option("designs", nargs="*", metavar="DESIGN", help="the designs to compare (all)")
    option("--baseline", metavar="NAME", help="what costs are compared with (the first design)")
    text = f"nests to generate and run on each design ({GENERATED})"
    option("--generated", type=_count, default=GENERATED, metavar="N", help=text)
    text = f"sweep all nests of at most K statements ({SIZE})"
    option("--size", type=_count, default=SIZE, metavar="K", help=text)
    option("--seed", type=positive, default=1, help="of the generated nests (%(default)s)")
    text = f"rounds of measurements; 0 leaves them out ({ROUNDS})"
    option("--rounds", type=_count, default=ROUNDS, metavar="N", help=text)
    text = f"trials with each defect; 0 leaves them out ({TRIALS})"
    option("--trials", type=_count, default=TRIALS, metavar="N", help=text)
    text = "of processor time that a trial may take (%(default)s)"
    option("--seconds", type=positive, default=SECONDS, metavar="N", help=text)
    option("--jobs", type=positive, metavar="N", help="processes at a time (all cores)")
    _add_toolchains(parser)
    _add_reports(parser)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _add_toolchains(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    text = "measure on this toolchain as well, as `quake go` names it; repeatable (all installed)"
    which.add_argument("--go", action="append", default=[], metavar="TOOLCHAIN", help=text)
    which.add_argument("--no-go", action="store_true", help="measure on no toolchain")


def _add_reports(parser: argparse.ArgumentParser) -> None:
    option = parser.add_argument
    option("--html", type=Path, metavar="OUT", help="write a page to this file")
    text = f"the file for all that is known ({shown(RECORDS)}/TIME.json)"
    option("--save", type=Path, metavar="FILE", help=text)
    text = "also tell what has changed since the comparison in this file"
    option("--against", type=Path, metavar="FILE", help=text)
    text = "compare nothing, and report on the comparison in this file"
    option("--from", dest="source", type=Path, metavar="FILE", help=text)
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="print all that is known as JSON")
    text = "print Markdown for a pull request"
    formats.add_argument("--markdown", action="store_true", help=text)


def main(arguments: argparse.Namespace) -> Status:
    """Compares, and reports."""
    packages.ensure("compare")
    earlier = read(arguments.against) if arguments.against else None
    if arguments.html:
        require_writable(arguments.html.resolve().parent, "--html")
    number = None
    if arguments.source:
        record = read(arguments.source)
    else:
        record, number = compare(arguments)
    status = report(record, earlier, arguments)
    if number is not None:
        print("quake: interrupted", file=sys.stderr)
        if status == Status.OK:
            raise SystemExit(128 + number)
    return status


def compare(arguments: argparse.Namespace) -> tuple[Record, int | None]:
    """What the comparison has shown, and the signal that has ended it, if one has."""
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"  # two may begin at once
    file = (arguments.save or RECORDS / f"{name}.json").resolve()
    require_writable(file.parent, "--save")
    build.ensure("release", _programs(arguments), verbose=arguments.verbose)
    inventory = take_inventory(build.program("release", "list_designs"), [])
    contenders = comparing.contenders(inventory, arguments.designs)
    names = [one.name for one in contenders]
    baseline = arguments.baseline or names[0]
    if baseline not in names:
        message = f"--baseline {baseline} is not among {', '.join(names)}"
        raise QuakeError(Status.BAD_INPUT, message)
    options = comparing.Options(
        arguments.generated,
        arguments.size,
        arguments.seed,
        arguments.rounds,
        arguments.trials,
        arguments.seconds,
        arguments.jobs or build.cores(),
    )
    record = Record(
        comparing.begun(),
        repository.version(),
        comparing.machine(),
        baseline,
        vars(options) | {"designs": names},
        contenders,
    )
    if options.trials:
        build.ensure("fuzz", [f"fuzz_{searching.TARGET}"], verbose=arguments.verbose)
    told, measurers = [], []
    if options.rounds:
        told = interruptible(measuring.descriptions(build.program("release", measuring.LISTER)))
        if not arguments.no_go:
            with CHILDREN.ended_by_signals():
                measurers = comparing.toolchains(arguments.go, told, record)
    with open_scratch(BUILD / "campaigns") as scratch:
        work = comparing.Work(record, file, options, scratch, measurers, told)
        number = comparing.run(work)
    print(f"quake: all that is known is in {shown(file)}", file=sys.stderr)
    return record, number


def _programs(arguments: argparse.Namespace) -> list[str]:
    programs = list(checking.PROGRAMS)
    if arguments.rounds:
        programs += [measuring.LISTER, measuring.BENCHMARK]
    return programs


def report(record: Record, earlier: Record | None, arguments: argparse.Namespace) -> Status:
    """Prints and writes what is asked for, and tells the status that it makes."""
    analysis = Analysis(record)
    changes = against.changes(analysis, Analysis(earlier)) if earlier else []
    if arguments.html:
        from stackquake.compare import page

        _write(arguments.html, page.render(analysis, changes))
    if arguments.json:
        verdicts = [vars(one) for one in analysis.verdicts]
        print(json.dumps({**record.document(), "verdicts": verdicts, "changes": changes}))
    elif arguments.markdown:
        print(text.markdown(analysis, changes), end="")
    else:
        text.print_report(analysis, changes)
    return Status.OK if analysis.is_as_expected else Status.FOUND


def _write(file: Path, content: str) -> None:
    try:
        write_atomically(file.resolve(), content)
    except OSError as error:
        message = f"{shown(file)} cannot be written: {reason_of(error)}"
        raise QuakeError(Status.MISSING, message) from None
