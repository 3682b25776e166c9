"""The first stage: each lane shows that it would find something, or there is no night.

A lane's target runs the seeds of the repository, and must find planted defects. One that does not
find them is blind, and the night is refused. A seed that fails is a finding; its lane does not
fuzz, since it would find nothing else.
"""

from __future__ import annotations

from stackquake import targets
from stackquake.campaign.campaign import Plan
from stackquake.campaign.selftest import check_planted, check_seeds, planted
from stackquake.findings.finding import Finding, command_for
from stackquake.nightly import lanes
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Refused, Work
from stackquake.nightly.shares import Lane
from stackquake.nightly.sightings import Seen, every, note, note_look
from stackquake.status import QuakeError

STAGE = "self-test"


async def run(work: Work, programs: Programs, names: list[Lane]) -> None:
    """Tests each lane. Raises Refused for one that is blind, with the reason."""
    for number, lane in enumerate(names):
        plan = lanes.plan_of(work, programs, lane, number, 1.0)
        try:
            bad_seed = await _test(plan, programs, lane)
        except QuakeError as error:
            raise Refused(error.status, f"no night, {lane.name}: {error}") from None
        if bad_seed is None:
            _note_gone(work, lane)
        else:
            _note(work, plan, bad_seed)
            work.skip(lane.name, f"a seed fails: {bad_seed.violation.signature}")


async def _test(plan: Plan, programs: Programs, lane: Lane) -> Finding | None:
    with lanes.open_lane(programs, lane) as (scratch, inputs):
        bad_seed = await check_seeds(plan, inputs, scratch.path)
    if bad_seed is None and targets.runs_nests(lane.target):
        await check_planted(plan, planted(programs.inventory, lane.design))
    return bad_seed


def _note_gone(work: Work, lane: Lane) -> None:
    """The seeds do not fail any more, if they did in an earlier night."""
    for one in every(work.state):
        if one.source == STAGE and (one.target, one.design) == (lane.target, lane.design):
            note_look(work.state, work.night, STAGE, one.id, False)


def _note(work: Work, plan: Plan, bad_seed: Finding) -> None:
    settings = bad_seed.settings(plan.setup).without_defects()
    file = bad_seed.file
    command = command_for(bad_seed, plan.setup, file) if file is not None else ""
    violation = bad_seed.violation
    note(
        work.state,
        work.night,
        STAGE,
        Seen(
            source=STAGE,
            target=plan.setup.target,
            design=settings.design,
            defects=(),
            check=violation.check,
            signature=violation.signature,
            message=violation.message,
            command=command,
            place=file,
        ),
    )
