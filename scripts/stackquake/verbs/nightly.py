"""`quake nightly`: a night's work within its minutes, and a report for the morning."""

import argparse
import asyncio
import json
import secrets
import signal
import sys
from pathlib import Path

from stackquake import packages, repository, targets
from stackquake.files import require_writable, shown
from stackquake.findings import known
from stackquake.findings.telling import PROGRAM
from stackquake.jobs import build
from stackquake.nightly import covering, fuzzing, lanes, nights, on_go
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work, run_stages
from stackquake.nightly.report import summary, writing
from stackquake.nightly.report.gathering import Report, gather
from stackquake.nightly.stages import stages
from stackquake.nightly.state import State, StateError, open_state
from stackquake.nightly.verdicts import judge_all
from stackquake.series import MAX_SEED, positive
from stackquake.settings import DEFAULT_DESIGN
from stackquake.status import QuakeError, Status

DESCRIPTION = """\
Does what a project does every night: tests the fuzzers, replays everything that was ever found,
fuzzes all targets, runs nests on real Go, measures the search and the benchmarks, makes the corpus
small, and measures what it covers. Writes a report. Builds come before, and are not counted.
"""
EPILOG = """\
A night that was killed goes on with the same command, within twelve hours, where the project and
the designs are the same. Ctrl-C, SIGTERM and SIGHUP end it with a report of what there is; it goes
on likewise.

Exit status: 0 nothing new, 1 a finding that is new or back, 2 bad usage or a state that is damaged
or of another version, 3 a night that is refused, or something that did not work or could not be
written; the report says what.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.description = DESCRIPTION
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    option = parser.add_argument
    text = "how long the night is; it ends within a minute of that"
    option("--minutes", type=_minutes, required=True, metavar="M", help=text)
    text = "corpus, findings and history of all nights; made if it is not there"
    option("--state", type=Path, required=True, metavar="DIR", help=text)
    text = "where the report goes: index.html, report.md, junit.xml, results.sarif"
    option("--out", type=Path, required=True, metavar="DIR", help=text)
    text = "fuzz this design; repeatable, the first one is the main one (go1.4)"
    option("--design", action="append", default=[], metavar="NAME", help=text)
    text = "a Go toolchain, as `quake go --go` takes it; repeatable (those installed)"
    option("--go", action="append", default=[], metavar="PATH", help=text)
    option("--workers", type=positive, help="processes at a time (one per core)")
    text = "the list of known findings (corpus/known.json)"
    option("--known", type=Path, default=known.TABLE, metavar="FILE", help=text)
    option("--seed", type=positive, help="of the night; all others come from it (random)")
    option("--wait", action="store_true", help="wait for another night in the same state")
    option("--json", action="store_true", help="print the report as one JSON document")


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 1 <= minutes <= 7 * 24 * 60:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {7 * 24 * 60}")
    return minutes


def main(arguments: argparse.Namespace) -> Status:
    """Opens the state, builds, and runs the night."""
    require_writable(arguments.out, "--out")
    designs = list(dict.fromkeys(arguments.design)) or [DEFAULT_DESIGN]
    with open_state(arguments.state, wait=arguments.wait) as state:
        known.table(arguments.known)  # refuses a list that is none
        packages.ensure("python", "nightly")
        programs = lanes.build(designs, targets.names(), verbose=arguments.verbose)
        build.ensure("fuzz", [PROGRAM, "reduce_nest"], verbose=arguments.verbose)
        build.ensure("release", verbose=arguments.verbose)
        build.ensure("coverage", covering.PROGRAMS, verbose=arguments.verbose)
        return run(arguments, state, programs, designs)


def run(
    arguments: argparse.Namespace, state: State, programs: Programs, designs: list[str]
) -> Status:
    """Runs the night, and writes its report however it ends."""
    work = _begin(arguments, state, designs)
    failure: QuakeError | None = None
    try:
        asyncio.run(_run(work, programs))
    except QuakeError as error:  # refused, or the history cannot be written
        failure = error
        work.problems.append(str(error))
    work.interrupts.settled = True  # the report is written, whatever comes now
    report = _judge(work, programs)
    _write(report, arguments)
    if failure is not None:
        raise failure
    if work.interrupts.first.is_set():
        raise SystemExit(128 + (work.interrupts.number or signal.SIGINT))
    # Not before: a night whose report could not be written goes on, and writes it.
    nights.end(state, work.night)
    return status_of(report)


def _begin(arguments: argparse.Namespace, state: State, designs: list[str]) -> Work:
    seed = arguments.seed or 1 + secrets.randbelow(MAX_SEED)
    night = nights.begin(state, arguments.minutes, repository.version(), designs, seed)
    what = "going on with" if night.is_resumed else "beginning"
    where = shown(state.folder)
    print(f"quake: {what} night {night.id} in {where}, --seed {night.seed}", file=sys.stderr)
    workers = arguments.workers or build.cores()
    return Work(state, night, workers, arguments.known, tuple(arguments.go))


async def _run(work: Work, programs: Programs) -> None:
    work.interrupts.listen()
    fuzzing.adopt(work)
    on_go.take_findings(work)
    names = lanes.lanes(work.night.designs, programs)
    await run_stages(work, stages(programs, names))


def _judge(work: Work, programs: Programs) -> Report:
    """The verdicts, and the report on them."""
    try:
        judge_all(work.state, work.night)
    except StateError as error:
        work.problems.append(str(error))
    return gather(work, programs)


def _write(report: Report, arguments: argparse.Namespace) -> None:
    writing.write(report, arguments.out, build.program("fuzz", PROGRAM))
    if arguments.json:
        print(json.dumps(writing.document(report)))
    else:
        print(summary.markdown(report), end="")
        print(f"{shown(arguments.out / writing.PAGE)}", flush=True)


def status_of(report: Report) -> Status:
    """What did not work counts for more than a finding: the report is not the whole truth then."""
    if report.problems:
        return Status.MISSING
    return Status.FOUND if report.alarming else Status.OK
