"""For tests: nights whose stages and programs stand in for the real ones.

Also a program: `night_case.py FOLDER` runs a night of slow stages, for tests that kill it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import sys
import tempfile
import unittest
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from stackquake.campaign.casebook import Tools
from stackquake.fakes import write_program
from stackquake.findings import folder as folders
from stackquake.findings.record import Record
from stackquake.jobs.designs import Defect, Design, Inventory, Nest
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Stage, Work
from stackquake.nightly.sightings import Seen, note, of_record
from stackquake.nightly.state import open_state
from stackquake.settings import Settings
from stackquake.verbs import nightly
from stackquake.verbs.fuzz_case import FORMATTER, RUNNER, TARGET

Run = Callable[[Work, float], Awaitable[None]]

# Of the nights that are killed: how many findings each of their stages stores, one after another.
SLOW_STAGES, FINDINGS_EACH = ("a", "b", "c"), 5


def programs(folder: Path, found: bytes, target: str = TARGET) -> Programs:
    """A target that finds this, with a planted defect that it finds on a nest of its own."""
    nest = folder / "planted.go"
    nest.write_text("a BUG")
    bin = folder / "bin"
    tools = Tools(
        target=write_program(bin / "target", target.format(found=found, before="")),
        runner=write_program(bin / "runner", RUNNER),
        lister=bin / "none",
        formatter=write_program(bin / "formatter", FORMATTER),
    )
    inventory = Inventory(
        (Design("go1.4"),),
        (Defect("x", "go1.4", "0", "stale-pointer", ""),),
        (Nest(str(nest), ("x",)),),
    )
    return Programs({"nest": tools, "goroutines": tools}, inventory)


def seen(signature: str) -> Seen:
    """A finding without a folder."""
    return Seen("fuzz", "nest", "go1.4", (), "throw", signature, "m", "c")


def sees(*several: Seen) -> Run:
    """A stage that sees these findings."""

    async def run(work: Work, seconds: float) -> None:
        for one in several:
            note(work.state, work.night, "fuzz", one)

    return run


def store(findings: Path, signature: str, on: str | None = None) -> Path:
    """The folder of a finding, by the target `nest`, or `on` a toolchain in its mode."""
    settings = None if on else Settings()
    record = Record(
        *("fuzz", "throw", signature, "m", on or "nest", settings, "package main\n"),
        *(1, 1, 1.0, "v", 10, 10, "c", False, 1),
    )
    place = findings / signature.replace(":", "-").replace(" ", "-")
    folders.write(place, {"nest.go": "package main\n", folders.RECORD: record.text()})
    return place


def slow(name: str) -> Run:
    """A stage that stores one finding after another, and commits all in the end."""

    async def run(work: Work, seconds: float) -> None:
        places = []
        for number in range(FINDINGS_EACH):
            places.append(store(work.state.findings, f"throw:{name}{number}"))
            await asyncio.sleep(0.02)
        with work.state.transaction():
            for place in places:
                note(work.state, work.night, name, of_record(folders.read(place), place))
        print(f"did {name}", file=sys.stderr, flush=True)

    return run


def run_night(folder: Path, runs: Mapping[str, Run], known: Path) -> tuple[int, Any]:
    """A night with these stages; its status, and what --json prints."""
    parser = argparse.ArgumentParser()
    nightly.add_arguments(parser)
    options = ["--minutes=1", f"--state={folder / 'state'}", f"--out={folder / 'out'}"]
    arguments = parser.parse_args([*options, "--json", "--workers=2", f"--known={known}"])
    stages = [Stage(name, 1, run) for name, run in runs.items()]
    output = io.StringIO()
    with (
        open_state(arguments.state) as state,
        mock.patch.object(nightly, "stages", lambda programs, lanes: stages),
        contextlib.redirect_stdout(output),
    ):
        status = nightly.run(arguments, state, programs(folder, b"nothing"), ["go1.4"])
    return status, json.loads(output.getvalue())


class NightCase(unittest.TestCase):
    """A test with a folder for a state, a report and the stand-ins."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.state = self.folder / "state"
        self.out = self.folder / "out"
        self.known = self.folder / "known.json"
        self.known.write_text("[]")
        self.errors = io.StringIO()

    def night(self, **runs: Run) -> tuple[int, Any]:
        """Runs one with these stages; its status, and what --json prints."""
        with contextlib.redirect_stderr(self.errors):
            return run_night(self.folder, runs, self.known)

    def statuses(self, report: Any) -> list[tuple[str, str]]:
        """Of the findings of a report, with their signatures."""
        return [(one["status"], one["signature"]) for one in report["findings"]]

    def rows(self, query: str) -> Sequence[Any]:
        """What the history answers."""
        with open_state(self.state) as state:
            return [tuple(row) for row in state.rows(query)]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "known.json").write_text("[]")
    sys.exit(run_night(place, {name: slow(name) for name in SLOW_STAGES}, place / "known.json")[0])
