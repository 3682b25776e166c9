"""`quake test --engines`: the fuzz targets built and checked as OSS-Fuzz and ClusterFuzz do it."""

import asyncio
import sys
from collections.abc import Sequence

from stackquake import packages
from stackquake.engines import sandbox
from stackquake.engines.binaries import binaries
from stackquake.engines.contract import Checked, check_all
from stackquake.engines.service_build import KINDS, Kind, build_kind, lacking
from stackquake.jobs import build
from stackquake.jobs.designs import take_inventory
from stackquake.status import QuakeError, Status
from stackquake.tables import cell, print_table, table


def check(pattern: str, *, verbose: bool) -> Status:
    """Builds and checks the kinds of builds with this in their names; prints a row per program."""
    kinds = [kind for kind in KINDS if pattern in kind.name]
    if not kinds:
        names = ", ".join(kind.name for kind in KINDS)
        raise QuakeError(Status.BAD_INPUT, f"no build is called {pattern!r}; there is {names}")
    packages.ensure("python", "build", "fuzz", "services")
    build.ensure("release", ["list_designs"], verbose=verbose)
    programs = binaries(take_inventory(build.program("release", "list_designs"), []))
    passed = failed = skipped = 0
    for kind in kinds:
        if reason := lacking(kind):
            print(f"quake: {kind.name} is skipped: {reason}", file=sys.stderr)
            skipped += 1
            continue
        with sandbox.moved(build_kind(kind, verbose=verbose)) as place:
            if not place.confined:
                print("quake: this machine makes no folder read-only for a test", file=sys.stderr)
            checked = asyncio.run(check_all(kind, place, programs))
        _print(kind, checked)
        failed += sum(bool(one.problems) for one in checked)
        passed += sum(not one.problems for one in checked)
    if skipped:
        print(f"{skipped} skipped")
    print(f"{passed} passed, {failed} failed", flush=True)
    return Status.FOUND if failed else Status.OK


def _print(kind: Kind, checked: Sequence[Checked]) -> None:
    rows = table(kind.name, "edges", "sanitizer calls", "seeds", "edges reached", "")
    for one in checked:
        numbers = (one.edges, one.calls, one.seeds or None, one.reached)
        shown = ["" if number is None else f"{number:,}" for number in numbers]
        bad = bool(one.problems)
        rows.add_row(cell(one.binary.name), *shown, cell("failed" if bad else "ok", alarming=bad))
    print_table(rows)
    for one in checked:
        for problem in one.problems:
            print(f"{one.binary.name} {problem}")
