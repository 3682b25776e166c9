"""The second stage: what was wrong before, and whether it still is.

1. Every finding on the reference runtime runs again, by its fuzz target and with its settings, in
   a fresh process.
2. The repository's corpus and the nests of all findings run on every design, as `quake replay` does
   it. A run that is not as expected is a finding. Of a finding's nest only the runs on other
   designs than its own count: the first step has those.
"""

from __future__ import annotations

import asyncio
import shlex
import time
from pathlib import Path
from typing import Any

from stackquake import inputs
from stackquake.findings import folder
from stackquake.findings.finding import LEFTOVERS
from stackquake.findings.known import KnownFinding, name_of, table
from stackquake.jobs.libfuzzer import Violation, on_files, output_of
from stackquake.nightly import sightings
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.sightings import Seen, Stored
from stackquake.nightly.verb import run_verb
from stackquake.printable import command_line
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

STAGE = "replay"
# A nest that runs into the time limit shows that once. Others may show their finding now and then.
TRIES = 5
# What the corpus gets if the findings have taken all the time.
LEAST_SECONDS = 5.0


async def run(work: Work, programs: Programs, seconds: float) -> None:
    """Replays everything. Findings that were waiting when the time is up are not looked at."""
    end = time.monotonic() + seconds
    await look_at_findings(work, programs, end)
    await replay_corpus(work, max(LEAST_SECONDS, end - time.monotonic()))


# ---- The corpus, and the nests of findings, on every design ----


async def replay_corpus(work: Work, seconds: float) -> None:
    """Runs `quake replay`, and notes what is not as expected."""
    nests = {str(one.nest): one for one in sightings.every(work.state) if one.nest is not None}
    corpus = [str(path) for path in inputs.SEEDS if path.is_dir()]
    said = await run_verb(["replay", "--json", *corpus, *nests], seconds)
    if not said.in_time:
        work.skip("replay of the corpus", "it was not done when its time was up")
        return
    if said.status not in (Status.OK, Status.FOUND, Status.BAD_INPUT):
        raise QuakeError(Status.MISSING, f"quake replay: {said.why()}")
    known = table(work.known)
    unexpected = [run for run in said.document() if not run["as_expected"]]
    with work.state.transaction():
        keys = {
            sightings.note(work.state, work.night, STAGE, _seen(run, known))
            for run in unexpected
            if not _is_of_the_design(nests.get(run["file"]), run)
        }
        for one in sightings.every(work.state):
            if one.source == STAGE and one.id not in keys:
                sightings.note_look(work.state, work.night, STAGE, one.id, False)


def _is_of_the_design(one: Stored | None, run: dict[str, Any]) -> bool:
    """Whether the nest is that of a finding on the very design."""
    return one is not None and one.design == run["design"]


def _seen(run: dict[str, Any], known: list[KnownFinding]) -> Seen:
    violation = run["violation"]
    settings = Settings(run["design"], tuple(run["defects"]), "fill")
    missed = f"not found: {', '.join(run['defects']) or 'a mistake of the design'}"
    check = violation["check"] if violation else "replay"
    signature = violation["signature"] if violation else missed
    message = violation["message"] if violation else f"no check fires on {run['file']}"
    told = Violation(check, signature, message)
    return Seen(
        source=STAGE,
        target="nest",
        design=settings.design,
        defects=settings.defects,
        check=check,
        signature=signature,
        message=message,
        command=command_line(["scripts/quake", "run", *settings.flags(), run["file"]]),
        place=Path(run["file"]),
        known=name_of(known, told, "nest", settings),
    )


# ---- Findings, as they were found ----


async def look_at_findings(work: Work, programs: Programs, end: float) -> None:
    """Runs those on the reference runtime, until a moment of the monotonic clock."""
    free = asyncio.Semaphore(work.workers)
    known = table(work.known)

    async def look(one: Stored) -> None:
        async with free:
            if time.monotonic() < end:
                await _look(work, programs, one, known)

    async with asyncio.TaskGroup() as group:
        for one in sightings.every(work.state):
            if one.source in sightings.FOUND_ON_DESIGNS:
                group.create_task(look(one))


async def _look(
    work: Work, programs: Programs, one: Stored, known: list[KnownFinding]
) -> None:
    """Runs a finding again. One whose folder is not there any more cannot be looked at."""
    try:
        record = folder.read(one.place) if one.place is not None else None
    except QuakeError:
        record = None
    if record is None or one.place is None or one.target not in programs.tools:
        return
    settings = Settings(record["design"], tuple(record["defects"]), record["poison"])
    files = _files(one.place, record)
    command = on_files(programs.tools[one.target].target, settings, files)
    violation = Violation(one.check, one.signature, one.message)
    seen = await _is_shown(command, violation)
    entry = name_of(known, violation, one.target, settings)
    sightings.note_look(work.state, work.night, STAGE, one.id, seen, entry)


def _files(place: Path, record: dict[str, Any]) -> list[Path]:
    """What a process runs, one after another; in the end the nest."""
    [nest] = place.glob("nest.*")
    if record["check"] != LEFTOVERS:
        return [nest]
    before = [word for word in shlex.split(record["replay"]) if "earlier-" in word]
    return [nest, *(place / Path(word).name for word in before), nest]


async def _is_shown(command: list[str], expected: Violation) -> bool:
    for _ in range(1 if expected.check == "timeout" else TRIES):
        violation = (await output_of(command)).violation()
        if violation is not None and violation.signature == expected.signature:
            return True
        if violation is not None and violation.check == expected.check == LEFTOVERS:
            return True
    return False
