"""The last stage: libFuzzer merges each lane's corpus, and takes out what covers nothing new."""

from __future__ import annotations

import asyncio
import time

from stackquake.files import reason_of
from stackquake.nightly import lanes
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.shares import Lane
from stackquake.settings import Settings
from stackquake.status import QuakeError

STAGE = "corpus"


async def run(work: Work, programs: Programs, names: list[Lane], seconds: float) -> None:
    """Does it for each lane, the largest corpus last. Where it fails, the corpus stays as it is."""
    end = time.monotonic() + seconds
    corpora = {lane: len(lanes.corpus_of(work, programs, lane).files()) for lane in names}
    waiting = sorted((lane for lane in names if corpora[lane]), key=lambda lane: corpora[lane])
    while waiting:
        left = (end - time.monotonic()) * _part([corpora[lane] for lane in waiting])
        lane = waiting.pop(0)
        why = await _minimise(work, programs, lane, max(1.0, left))
        if why:
            work.skip(f"minimising the corpus of {lane.name}", why)


def _part(sizes: list[int]) -> float:
    return sizes[0] / sum(sizes)


async def _minimise(work: Work, programs: Programs, lane: Lane, seconds: float) -> str:
    """Returns why it did not work, or ""."""
    plan = lanes.plan_of(work, programs, lane, 0, seconds)
    settings: Settings = plan.setup.settings
    target = [str(plan.tools.target), *settings.flags(), *plan.search.flags()]
    corpus = lanes.corpus_of(work, programs, lane)
    with lanes.open_lane(programs, lane) as (scratch, inputs):
        try:
            async with asyncio.timeout(seconds):
                _, after = await corpus.minimise(target, inputs.seeds, scratch.path)
        except TimeoutError:
            return "no time was left"
        except QuakeError as error:
            return str(error)
        except OSError as error:
            return reason_of(error)
    write = "UPDATE campaign SET corpus = ? WHERE night = ? AND target = ? AND design = ?"
    work.state.write(write, after, work.night.id, lane.target, lane.design)
    return ""
