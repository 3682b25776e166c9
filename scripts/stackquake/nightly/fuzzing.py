"""The stage of the fuzz targets: a campaign for each lane, for its share of the time.

A campaign keeps what it learns in the state's corpus while it runs, and its findings in the state's
folder of findings. When it ends, its numbers and its findings are committed together. Findings
that a campaign has stored before it was killed are taken in by `adopt` when the night goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from dataclasses import replace

from stackquake.campaign.board import PlainBoard
from stackquake.campaign.campaign import Campaign, Plan
from stackquake.campaign.working_corpus import Keeper
from stackquake.findings import folder
from stackquake.findings.finding import Finding, command_for
from stackquake.inputs import Inputs
from stackquake.jobs.interrupts import Interrupts
from stackquake.jobs.scratch import Scratch
from stackquake.nightly import lanes
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.shares import Lane, brought, shares
from stackquake.nightly.sightings import Seen, note, of_record
from stackquake.nightly.state import StateError
from stackquake.status import QuakeError

STAGE = "fuzz"
# A campaign that is killed loses what it has learned since the last time.
KEEP_SECONDS = 20.0
LATEST = ".latest"  # the ending of a folder that has not been compared with an earlier one
# Of a campaign's time, what it leaves for the findings that wait to be investigated at its end; and
# the most that this may be.
CLOSING_SHARE, CLOSING_SECONDS = 0.15, 60.0
# A campaign of less finds nothing but what the seeds show.
LEAST_SECONDS = 2.0


async def run(work: Work, programs: Programs, names: list[Lane], seconds: float) -> None:
    """Runs the campaigns that have not run in this night yet."""
    end = time.monotonic() + seconds
    waiting = [lane for lane in names if not _is_done(work, lane)]
    worth = brought(work.state, work.night, waiting)
    while waiting and not work.interrupts.first.is_set():
        lane = waiting[0]
        share = shares({one: worth[one] for one in waiting})[lane] * (end - time.monotonic())
        if share < LEAST_SECONDS:
            work.skip(lane.name, "no time was left")
        else:
            await _fuzz(work, programs, lane, names.index(lane), share)
        waiting.pop(0)


def _is_done(work: Work, lane: Lane) -> bool:
    """Whether it has run, or its self-test has failed."""
    state, night = work.state, work.night
    ran = "SELECT count(*) FROM campaign WHERE night = ? AND target = ? AND design = ?"
    refused = "SELECT count(*) FROM skipped WHERE night = ? AND what = ?"
    return bool(
        state.value(ran, night.id, lane.target, lane.design)
        or state.value(refused, night.id, lane.name)
    )


async def _fuzz(
    work: Work, programs: Programs, lane: Lane, number: int, seconds: float
) -> None:
    """One campaign; `seconds` are for all of it, with the investigation of its findings."""
    closing = min(CLOSING_SECONDS, CLOSING_SHARE * seconds)
    plan = lanes.plan_of(work, programs, lane, number, max(1.0, seconds - closing))
    print(f"quake: fuzzing {lane.name}, {plan.seconds:.0f} s", file=sys.stderr, flush=True)
    interrupts = Interrupts()
    ending = asyncio.create_task(_end(work, interrupts, seconds))
    try:
        corpus = lanes.corpus_of(work, programs, lane)
        with lanes.open_lane(programs, lane, corpus) as (scratch, inputs):
            campaign = Campaign(plan, inputs, scratch, interrupts)
            await _run(campaign, inputs, Keeper(corpus, inputs.new), scratch)
    except QuakeError as error:
        work.problem(f"{lane.name}: {error}")
        work.skip(lane.name, "its campaign did not work")
    else:
        _commit(work, programs, lane, plan, campaign)
    finally:
        ending.cancel()


async def _end(work: Work, interrupts: Interrupts, seconds: float) -> None:
    """Ends a campaign with its investigations, when its time is up or the night ends."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work.interrupts.first.wait()
    interrupts.end()


async def _run(campaign: Campaign, inputs: Inputs, keeper: Keeper, scratch: Scratch) -> None:
    """Runs it, and keeps what it learns, however it ends."""
    keeping = asyncio.create_task(keeper.keep_now_and_then(KEEP_SECONDS))
    board = PlainBoard()
    try:
        await campaign.run(board.show)
    finally:
        board.close()
        keeping.cancel()
        await asyncio.wait([keeping])
        await keeper.keep()
    if keeper.problem is not None:
        scratch.keep(inputs.new)
        campaign.problems.append(keeper.problem)


def _commit(
    work: Work, programs: Programs, lane: Lane, plan: Plan, campaign: Campaign
) -> None:
    """Writes the campaign's numbers and findings down, in one transaction.

    Where that fails, the report tells of the findings, and where they are.
    """
    findings = campaign.findings.values()
    try:
        with work.state.transaction():
            is_new = [_note(work, plan, finding) for finding in findings]
            files = len(lanes.corpus_of(work, programs, lane).files())
            _write_numbers(work, lane, campaign, files, sum(is_new))
    except StateError:
        work.problems += [f"{lane.name}: {problem}" for problem in campaign.problems]
        work.problems += [
            f"{lane.name}: {one.violation.signature} is not in the history; {one.file} has it"
            for one in findings
        ]
        raise
    for problem in campaign.problems:
        work.problem(f"{lane.name}: {problem}")


def _write_numbers(
    work: Work, lane: Lane, campaign: Campaign, files: int, new_findings: int
) -> None:
    snapshot, situations = campaign.snapshot(), campaign.situations()
    new_edges = _new_edges(work, lane, snapshot.edges)
    place = (work.night.id, *_place(lane))
    work.state.write(
        "INSERT OR REPLACE INTO campaign VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(*place, snapshot.seconds, snapshot.executions, snapshot.edges, snapshot.features),
        *(files, new_edges, new_findings),
    )
    rows = [(*place, *item) for item in situations.counts.items()]
    work.state.write_all("INSERT OR REPLACE INTO situation VALUES (?, ?, ?, ?, ?)", rows)


def _place(lane: Lane) -> tuple[str, str]:
    return lane.target, lane.design


def _new_edges(work: Work, lane: Lane, edges: int) -> int:
    query = "SELECT max(edges) FROM campaign WHERE night < ? AND target = ? AND design = ?"
    most = work.state.value(query, work.night.id, *_place(lane))
    return 0 if most is None else max(0, edges - most)


def _note(work: Work, plan: Plan, finding: Finding) -> bool:
    """Notes a finding; tells whether the history has not had its signature."""
    seen = _settled(_seen(plan, finding))
    is_new = not work.state.value("SELECT count(*) FROM finding WHERE key = ?", seen.key)
    note(work.state, work.night, STAGE, seen)
    return bool(is_new)


def _seen(plan: Plan, finding: Finding) -> Seen:
    violation, settings, file = finding.violation, finding.settings(plan.setup), finding.file
    return Seen(
        source="fuzz",
        target=plan.setup.target,
        design=settings.design,
        defects=settings.defects,
        check=violation.check,
        signature=violation.signature,
        message=violation.message,
        command=command_for(finding, plan.setup, file) if file is not None else "",
        place=file.parent if file is not None else None,
        known=finding.known,
    )


def _settled(seen: Seen) -> Seen:
    """With the folder of an earlier campaign, where the two could not be compared any more: the
    next campaign may remove the other one."""
    if seen.place is None or seen.place.suffix != LATEST:
        return seen
    place = seen.place.with_suffix("")
    try:
        return replace(of_record(folder.read(place), place), known=seen.known)
    except QuakeError:
        return seen


def adopt(work: Work) -> None:
    """Takes in the findings that a killed campaign has stored, and no night has in its history."""
    folder.repair(work.state.findings)
    for record in sorted(work.state.findings.glob(f"*/{folder.RECORD}")):
        try:
            told = folder.read(record.parent)
        except QuakeError as error:
            work.problem(str(error))
            continue
        seen = of_record(told, record.parent)
        if not work.state.value("SELECT count(*) FROM finding WHERE key = ?", seen.key):
            note(work.state, work.night, "stored", seen)
